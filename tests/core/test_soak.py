"""The three-hour soak, through the code that sends it, in seconds of virtual time."""

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.reporting.build import report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.failures import FailureKind
from suites.oai_azure_release import oai_azure_release
from tests.core.virtual_soak import LEAD_SECONDS, MadeUp, Soaked, soaked

MODELS = ("gpt-4o-mini", "azure-gpt-4o")
START = datetime(2026, 1, 1, tzinfo=UTC)


def verdict_of(soak: Soak, seen: Soaked) -> tuple[Verdict, str]:
    subject = RunInfo(soak.name, "staging", None, None, START)
    report = report_of_soak(
        subject,
        soak,
        seen.traffic,
        SoakResult.of(seen.traffic, seen.tally),
        START + timedelta(hours=3),
        connections_opened=1,
    )
    return report.verdict, report.reason


async def test_the_three_hour_soak_sends_every_request_at_its_due_instant() -> None:
    gateway, soak = MadeUp(), oai_azure_release()
    seen = await soaked(soak, MODELS, gateway)
    rows = seen.tally.rows
    assert (len(seen.tallies), seen.tally.sent, seen.tally.failures) == (180, 10_800, 0)
    assert list(rows["index"]) == list(range(10_800))
    assert rows["due"] == pytest.approx(np.arange(10_800.0))
    assert rows["lateness"].max() < 1e-6
    assert rows["latency"] == pytest.approx(np.full(10_800, 0.4))
    assert [at for at, _ in gateway.arrivals] == pytest.approx(rows["due"])
    assert [request_id for _, request_id in gateway.arrivals] == [f"run-{index}" for index in range(10_800)]
    assert asyncio.get_running_loop().time() == pytest.approx(10_799.4 + LEAD_SECONDS)
    assert verdict_of(soak, seen) == (
        Verdict.PASSED,
        "Passed: 0 of 10,800 requests failed (0 %): the true rate is below 0.028 % (limit 1 %)",
    )


async def test_the_second_model_is_first_used_five_minutes_later() -> None:
    seen = await soaked(oai_azure_release(duration_hours=1), MODELS, MadeUp())
    first, second = (seen.tally.of_model(model).rows["due"] for model in MODELS)
    assert (first[0], second[0]) == (0, 301)  # odd seconds are the second model's, from 300 s on
    assert (len(first), len(second)) == (1950, 1650)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_hang_of_42_minutes_fails_every_request_due_in_it_and_delays_none(stream: bool) -> None:
    gateway, soak = MadeUp(hangs=(600, 600 + 42 * 60)), oai_azure_release(stream=stream, duration_hours=1)
    seen = await soaked(soak, MODELS, gateway)
    rows = seen.tally.rows
    hung = (rows["due"] >= 600) & (rows["due"] < 600 + 42 * 60)
    assert seen.tally.sent == 3600
    assert seen.tally.kinds() == {FailureKind.TIMEOUT: 2520}
    assert ((rows["kind"] >= 0) == hung).all()
    assert rows["lateness"].max() < 1e-6
    assert rows["latency"][hung] == pytest.approx(np.full(2520, 60.0))
    assert rows["latency"][~hung] == pytest.approx(np.full(3600 - 2520, 0.4))
    assert gateway.most_in_flight in (60, 61)
    verdict, reason = verdict_of(soak, seen)
    assert verdict is Verdict.FAILED
    assert "2,520 of 3,600 requests failed (70 %)" in reason


async def test_a_gateway_that_hangs_at_ten_requests_a_second_has_failed_and_our_client_has_not() -> None:
    soak = oai_azure_release(duration_hours=0.1, request_interval_seconds=0.1)
    seen = await soaked(soak, MODELS, MadeUp(hangs=(0, 1e9)), timeout_seconds=60)
    verdict, reason = verdict_of(soak, seen)
    assert (verdict, seen.tally.sent) == (Verdict.FAILED, 3600)
    assert "mainly timeout" in reason


async def test_a_window_is_judged_by_its_own_requests_though_their_answers_come_later() -> None:
    gateway = MadeUp(latency=50)
    seen = await soaked(oai_azure_release(duration_hours=1), MODELS, gateway)
    assert [tally.sent for tally in seen.tallies] == [60] * 60
    assert [tally.rows["index"][0] for tally in seen.tallies] == list(range(0, 3600, 60))
    assert [at for at, _ in gateway.arrivals] == pytest.approx(np.arange(3600.0))
    assert gateway.most_in_flight == 50


async def test_slow_answers_do_not_thin_out_the_traffic() -> None:
    gateway = MadeUp(latency=0.4)
    await soaked(oai_azure_release(duration_hours=120 / 3600), ("gpt-a",), gateway)
    assert len(gateway.arrivals) == 120
    assert 120 / (gateway.arrivals[-1][0] + 1) == pytest.approx(1.0)  # a closed loop would send 86


async def test_a_soak_of_one_window_is_sent_too() -> None:
    seen = await soaked(oai_azure_release(duration_hours=0.0005), ("gpt-a",), MadeUp())
    assert (len(seen.tallies), seen.tally.sent) == (2, 2)
