"""One window: each request at its instant, lateness measured, nothing that passed made good."""

import asyncio
from typing import cast

import httpx
import pytest

from litellm_observatory.core.judging.early_stop import EarlyStop
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.send_window import send_window, sleep_until
from litellm_observatory.core.load.traffic import RequestMix, Traffic
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat
from tests.clock import VirtualLoop
from tests.core.examples import Handler, client_to, completion

TRAFFIC = Traffic(("gpt-a",), 10.0, 0.5)


def early_stop() -> EarlyStop:
    """A early_stop that nothing pulls."""
    return EarlyStop(TRAFFIC.count, 0.01, enabled=False)


def loop() -> VirtualLoop:
    return cast("VirtualLoop", asyncio.get_running_loop())


def answer(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=completion())


async def sent(handler: Handler = answer, *, start: float = 0.0, timeout_seconds: float = 60.0) -> Tally:
    async with client_to(handler, timeout_seconds=timeout_seconds) as client:
        return await send_window(
            client,
            RequestMix(((chat("gpt-a"),),)),
            TRAFFIC,
            TRAFFIC.windows[0],
            loop().time() + start,
            "run",
            early_stop(),
        )


async def test_the_first_request_is_due_at_the_start_itself() -> None:
    tally = await sent()
    assert list(tally.rows["due"]) == [0.0, 0.5]
    assert list(tally.rows["lateness"]) == [0.0, 0.0]


async def test_a_window_that_begins_early_waits_for_its_instants() -> None:
    tally = await sent(start=3.0)
    assert list(tally.rows["lateness"]) == pytest.approx([0.0, 0.0])
    assert loop().time() == pytest.approx(3.5)


async def test_what_was_due_before_the_window_was_begun_is_not_sent_any_more() -> None:
    loop().jump(100)
    tally = await sent(start=-0.2)
    assert list(tally.rows["index"]) == [1]
    assert (await sent(start=-9.0)).sent == 0


async def test_an_event_loop_that_stalls_shows_as_lateness_and_in_the_latency() -> None:
    def stalling(request: httpx.Request) -> httpx.Response:
        loop().jump(0.8)  # as a long computation would
        return answer(request)

    tally = await sent(stalling)
    assert list(tally.rows["lateness"]) == pytest.approx([0.0, 0.3])
    assert list(tally.rows["latency"]) == pytest.approx([0.8, 1.1])
    assert list(tally.rows["service"]) == pytest.approx([0.8, 0.8])


async def test_a_failure_is_data() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert (await sent(broken)).kinds() == {FailureKind.CONNECTION: 2}


async def test_a_window_ends_when_its_last_request_is_answered_or_timed_out() -> None:
    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    assert (await sent(hang, timeout_seconds=7)).kinds() == {FailureKind.TIMEOUT: 2}
    assert loop().time() == pytest.approx(7.5)


async def test_a_fault_of_our_own_is_raised_and_leaves_nothing_in_flight() -> None:
    def faulty(model: str) -> Request:
        request = chat(model)
        return Request(request.name, request.model, "not a path", {"unserialisable": object()}, request.check)

    before = asyncio.all_tasks()
    async with client_to(answer) as client:
        with pytest.raises(ExceptionGroup) as caught:
            await send_window(
                client,
                RequestMix(((faulty("gpt-a"),),)),
                TRAFFIC,
                TRAFFIC.windows[0],
                loop().time(),
                "run",
                early_stop(),
            )
    assert caught.group_contains(TypeError)
    assert asyncio.all_tasks() == before


async def test_a_cancelled_window_cancels_its_requests() -> None:
    begun, ended = 0, 0

    async def hang(_: httpx.Request) -> httpx.Response:
        nonlocal begun, ended
        begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            ended += 1
        raise AssertionError

    window = asyncio.create_task(sent(hang))
    await asyncio.sleep(2)
    window.cancel()
    with pytest.raises(asyncio.CancelledError):
        await window
    assert (begun, ended) == (2, 2)


async def test_sleeping_until_what_has_passed_takes_no_time() -> None:
    loop().jump(10)
    await sleep_until(5)
    assert loop().time() == 10
    await sleep_until(12.5)
    assert loop().time() == 12.5
