"""The soak on gateways and clients that misbehave for a while."""

import asyncio
import time

import pytest

from flows.oai_azure_release import oai_azure_release
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import Observatory
from tests.orchestration.system.test_oai_azure_release import QUICK

pytestmark = pytest.mark.night


async def test_an_overloaded_client_accuses_itself_and_not_the_gateway(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "litellm_observatory.core.judging.validity.MOST_LATENESS_SECONDS", 0.05
    )  # as it is but in tests

    async def hog() -> None:
        while True:
            time.sleep(0.2)  # noqa: ASYNC251  the event loop is to suffer
            await asyncio.sleep(0.02)

    hogging = asyncio.create_task(hog())
    run = await observatory.run(oai_azure_release, **QUICK)
    hogging.cancel()

    assert run.state.name == "Invalid"
    assert "our client sent late: 99th percentile 0." in run.reason
    assert run.report.failures == 0


async def test_a_gateway_that_never_answers_has_failed_and_our_client_has_not(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.HANG)])

    run = await observatory.run(oai_azure_release, **QUICK, timeout_seconds=1.0, stop_early=False)

    assert run.state.name == "Failed", run.state.message
    assert run.report.failure_kinds == {"timeout": 60}
    assert run.report.lateness_seconds.p99 is None  # of fewer than 300 requests
    assert (run.report.lateness_seconds.p95 or 0) < 0.05


async def test_a_gateway_redeployed_during_the_run_makes_it_invalid(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.REDEPLOYED, first=30)])

    run = await observatory.run(oai_azure_release, **QUICK)

    assert run.state.name == "Invalid"
    assert [known.version for known in run.report.versions] == ["1.80.0-standin", "1.80.0-standin-redeployed"]
    assert all(f"{known.version} since " in run.report.reason for known in run.report.versions)


async def test_a_late_answer_delays_no_other_request_and_its_wait_is_counted(observatory: Observatory) -> None:
    observatory.gateway.latency_seconds = 0.4

    run = await observatory.run(oai_azure_release, **QUICK)

    arrivals = [record.at for record in observatory.gateway.received]
    assert len(arrivals) == 60
    assert arrivals[-1] - arrivals[0] == pytest.approx(59 * 0.05, abs=0.2)
    assert (run.report.latency_seconds.p50 or 0) == pytest.approx(0.4, abs=0.1)


async def test_a_gateway_that_dies_and_comes_back_is_counted_and_the_run_goes_on(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.DROP, first=20, count=20)])

    run = await observatory.run(oai_azure_release, **QUICK, stop_early=False)

    assert run.state.name == "Failed"
    assert run.report.sent == 60
    assert run.report.failure_kinds == {"connection": 20}
    assert "(origin: gateway 20)" in run.report.reason
