"""Streams over an hour mark, through the code that sends and judges them, in seconds of virtual time."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from litellm_observatory.core.judging.verdict import Status, Verdict
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.build import report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.wire.failures import FailureKind
from suites.streaming_release import streaming_release
from tests.core.examples import DELTAS
from tests.core.virtual_soak import LEAD_SECONDS, soaked

HOUR = 3600.0
SOAK = streaming_release(duration_hours=1.25, max_failure_rate=0.05, request_interval_seconds=10.0, long_tokens=64)
END = datetime(2026, 1, 1, tzinfo=UTC)


class Streams:
    """A gateway that streams a token a second; at `dies` it falls silent on every stream in flight."""

    def __init__(self, dies: float | None = None) -> None:
        self.dies = dies

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=self._stream(json.loads(request.content)["max_tokens"]))

    async def _stream(self, tokens: int) -> AsyncIterator[bytes]:
        begun = self._now()
        for chunk in [DELTAS[0]] * tokens:
            yield _event(chunk)
            await asyncio.sleep(1)
            if self.dies is not None and begun < self.dies <= self._now():
                await asyncio.Event().wait()
        for chunk in DELTAS[2:]:
            yield _event(chunk)
        yield b"data: [DONE]\n\n"

    def _now(self) -> float:
        return asyncio.get_running_loop().time() - LEAD_SECONDS


def _event(chunk: object) -> bytes:
    return f"data: {json.dumps(chunk)}\n\n".encode()


async def report_of(gateway: Streams) -> Report:
    seen = await soaked(SOAK, ("gpt-a",), gateway, timeout_seconds=120.0)  # type: ignore[arg-type]
    subject = RunInfo(SOAK.name, "staging", None, None, END)
    return report_of_soak(
        subject, SOAK, seen.traffic, SoakResult.of(seen.traffic, seen.tally), END, connections_opened=1
    )


async def test_streams_that_cross_the_hour_are_counted_and_their_times_told() -> None:
    report = await report_of(Streams())
    (model,) = report.model_statistics
    assert (report.verdict, report.sent, report.failures) == (Verdict.PASSED, 450, 0)
    assert (model.first_token_seconds.p50, model.longest_gap_seconds.p50) == pytest.approx((0.0, 1.0))
    crossing = next(finding for finding in report.findings if finding.objective == "across the hour")
    assert crossing.status is Status.MET
    assert crossing.sentence == "3 streams crossed an hour mark (there were 1), 0 of them failed"


async def test_streams_that_die_at_the_hour_fail_a_run_whose_rate_is_fine() -> None:
    report = await report_of(Streams(dies=HOUR))
    assert report.failure_kinds == {FailureKind.TIMEOUT: 3}
    assert report.failure_rate < 0.05
    assert report.verdict is Verdict.FAILED
    assert "3 of 3 streams in flight at 1:00:00 failed, an hour mark" in report.reason
