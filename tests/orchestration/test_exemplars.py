"""A request that failed can be found: wherever a run is told, the ids stand by which logs have it."""

import re
from datetime import timedelta

import pytest

from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.core.report.metrics import FailedRequest
from litellm_observatory.orchestration.tasks import send_request
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import Finished, Observatory

QUICK = {"duration_hours": 3 / 3600, "request_interval_seconds": 0.05}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_request, "retry_delay_seconds", [0.01] * 3)


def assert_told(run: Finished, exemplar: FailedRequest) -> None:
    """The report and Slack show a request that failed, with the gateway's own id of it."""
    assert re.fullmatch(r"[0-9a-f-]{36}", exemplar.call_id or "")
    for told in (f"x-litellm-call-id {exemplar.call_id}", f"x-request-id {exemplar.request_id}"):
        assert told in run.page
        assert told in run.slack_text


async def test_a_soak_tells_by_which_ids_its_first_failures_are_found(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, models=("azure-gpt-4o",), first=20, count=20)])

    run = await observatory.run(oai_azure_release, **QUICK, stop_early=False)

    [seen] = run.report.fingerprints
    received = observatory.gateway.received[20:40]
    failed = [record.request_id for record in received if record.model == "azure-gpt-4o"]
    assert [exemplar.request_id for exemplar in seen.exemplars] == failed[:3]
    assert len({exemplar.call_id for exemplar in seen.exemplars}) == 3
    assert seen.exemplars[0].at == seen.first_seen
    assert seen.exemplars[1].at - seen.first_seen == timedelta(seconds=0.1)
    assert_told(run, seen.exemplars[0])
    assert all(str(exemplar) in run.page for exemplar in seen.exemplars)


async def test_a_case_that_failed_tells_by_which_ids_its_last_attempt_is_found(observatory: Observatory) -> None:
    await observatory.forget("single-request")
    observatory.gateway.arm([Fault(FaultKind.STATUS, models=("azure-gpt-4o",))])

    run = await observatory.run(single_request)

    passed, failed = run.report.cases
    assert passed.exemplar is None
    assert failed.exemplar
    assert failed.exemplar.request_id == observatory.gateway.received[-1].request_id
    assert_told(run, failed.exemplar)
    [row] = [line for line in run.page.splitlines() if line.startswith("| azure-gpt-4o | must | failed |")]
    assert str(failed.exemplar.call_id) in row
    assert failed.exemplar.request_id in row


async def test_a_request_that_nobody_answered_is_told_by_our_own_id(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.DROP, models=("azure-gpt-4o",))])

    run = await observatory.run(single_request)

    exemplar = run.report.cases[1].exemplar
    assert exemplar
    assert (exemplar.call_id, exemplar.model_id) == (None, None)
    assert f"x-request-id {exemplar.request_id}" in run.page
    assert "x-litellm-call-id" not in run.page
