"""A check or a reader that raises makes a finding and a line in the log; it stops no run and shows no key."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from litellm_observatory.core.wire.checks.check import Check
from litellm_observatory.core.wire.client import send
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.requests import chat
from tests.core.examples import KEY, client_to, completion, streamed

ERRORS = (TypeError(f"no: {KEY}"), MemoryError(), RecursionError("too deep"), KeyError("x"), AssertionError())


def raising(error: BaseException) -> Callable[[Any], Any]:
    def breaks(_: object) -> Any:
        raise error

    return breaks


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("place", ["check", "absent", "reads", "is_token"])
async def test_what_a_check_or_a_reader_raises_is_told_of_the_answer(
    place: str, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    breaks = raising(error)
    changes: dict[str, Any] = {place: Check(breaks) if place == "check" else breaks}
    request = replace(chat("gpt-a", stream=True), **changes)
    if place in ("reads", "is_token"):
        request = replace(request, check=Check(lambda _: None))
    answer = httpx.Response(200, content=streamed().body, headers={"x-litellm-version": "1.81.3"})
    with caplog.at_level(logging.DEBUG, logger="litellm_observatory"):
        async with client_to(lambda _: answer) as client:
            attempt = await send(client, request, "1")
    what = f"the answer cannot be read: {type(error).__name__} in breaks"
    assert attempt.failure == Failure(FailureKind.MALFORMED, what)
    assert attempt.version == "1.81.3"
    [line] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert line.getMessage() == f"gpt-a: {what}; this may be a fault of the observatory"
    [trace] = [record for record in caplog.records if record.levelno == logging.DEBUG and record.name == line.name]
    assert "breaks" in trace.getMessage()
    assert KEY not in caplog.text


async def test_a_run_that_is_ended_while_it_judges_is_ended() -> None:
    request = replace(chat("gpt-a"), check=Check(raising(KeyboardInterrupt())))
    async with client_to(lambda _: httpx.Response(200, json=completion())) as client:
        with pytest.raises(KeyboardInterrupt):
            await send(client, request, "1")
