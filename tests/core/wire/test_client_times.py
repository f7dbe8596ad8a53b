"""How long an attempt took, and that it never takes longer than allowed."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import cast

import httpx
import pytest

from litellm_observatory.core.wire.checks.check import Check
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat
from tests.clock import VirtualLoop
from tests.core.examples import DELTAS, KEY, streamed
from tests.core.wire.test_client import attempt


async def test_a_gateway_that_never_answers_is_a_timeout_after_exactly_that_long() -> None:
    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    kept = await attempt(hang, timeout_seconds=42.0)
    assert kept.failure == Failure(FailureKind.TIMEOUT, "no answer within 42 s")
    assert kept.seconds == pytest.approx(42.0)


async def test_an_answer_that_drips_is_cut_at_the_timeout_though_no_pause_is_long() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b": keep-alive\n\n"
            await asyncio.sleep(5)

    kept = await attempt(lambda _: httpx.Response(200, content=drip()), timeout_seconds=60)
    assert kept.failure == Failure(FailureKind.TIMEOUT, "no complete answer within 60 s")
    assert kept.seconds == pytest.approx(60.0)


async def test_an_answer_takes_until_its_last_byte() -> None:
    async def body() -> AsyncIterator[bytes]:
        await asyncio.sleep(0.3)
        yield streamed().body
        await asyncio.sleep(2)

    async def handler(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(1)
        return httpx.Response(200, content=body())

    kept = await attempt(handler, chat("gpt-a", stream=True))
    assert kept.failure is None
    assert kept.seconds == pytest.approx(3.3)


async def test_the_time_of_the_checks_is_not_the_gateways() -> None:
    def slow(reply: Reply) -> None:
        cast("VirtualLoop", asyncio.get_running_loop()).jump(5)

    request = chat("gpt-a")
    checked = Request(request.name, request.model, request.path, request.body, Check(slow))
    assert (await attempt(lambda _: httpx.Response(200), checked)).seconds == 0.0


async def test_the_first_token_and_the_longest_gap_after_it_are_those_of_the_stream() -> None:
    async def body() -> AsyncIterator[bytes]:
        for chunk, pause in zip([{"choices": []}, *DELTAS], (1.0, 0.5, 3.0, 0.25, 0.0), strict=True):
            yield f"data: {json.dumps(chunk)}\n\n".encode()
            await asyncio.sleep(pause)
        yield b"data: [DONE]\n\n"

    kept = await attempt(lambda _: httpx.Response(200, content=body()), chat("gpt-a", stream=True))
    assert kept.failure is None
    assert kept.first_token_seconds == pytest.approx(1.0)
    assert kept.longest_gap_seconds == pytest.approx(3.0)


async def test_an_answer_that_is_no_stream_has_no_first_token() -> None:
    kept = await attempt(lambda _: httpx.Response(200, content=streamed().body))
    assert (kept.first_token_seconds, kept.longest_gap_seconds) == (None, None)


async def test_a_stream_that_echoes_the_key_is_judged_and_its_times_are_not_known() -> None:
    body = streamed([{"choices": [{"delta": {"content": KEY}, "finish_reason": "stop"}]}, DELTAS[3]]).body
    kept = await attempt(lambda _: httpx.Response(200, content=body), chat("gpt-a", stream=True))
    assert (kept.failure, kept.first_token_seconds) == (None, None)
