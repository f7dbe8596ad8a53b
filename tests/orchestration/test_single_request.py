"""The smoke test as its users meet it."""

from dataclasses import replace

import pytest

from flows.single_request import single_request
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.orchestration.tasks import send_request
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import MODELS, Observatory


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_request, "retry_delay_seconds", [0.01] * 3)


async def test_every_model_is_asked_once(observatory: Observatory) -> None:
    run = await observatory.run(single_request)

    assert run.state.name == "Completed", run.state.message
    assert run.reason == "Passed: 2 of 2 requests passed"
    assert [record.model for record in observatory.gateway.received] == list(MODELS)
    assert [case.name for case in run.report.cases] == list(MODELS)
    assert len(run.messages) == 1


async def test_the_second_model_failing_fails_the_run(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, models=("azure-gpt-4o",))])

    run = await observatory.run(single_request)

    assert run.state.name == "Failed"
    assert "azure-gpt-4o (server_error: 500: " in run.reason
    assert len(run.report.cases[1].attempts) == 4


async def test_a_rescue_is_told_as_such_and_not_as_a_clean_pass(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, status=429, first=0, count=2)])

    run = await observatory.run(single_request)

    assert run.state.name == "Completed"
    assert run.reason == "Passed: 2 of 2 requests passed; rescued by a retry or fallback: gpt-4o-mini"
    assert run.report.rescued == 1
    assert run.report.cases[0].rescued
    assert [attempt.split(":")[0] for attempt in run.report.cases[0].attempts] == ["rate_limited"] * 2 + ["passed"]
    assert "1 rescued" in run.slack_text


async def test_a_rescue_by_the_gateway_itself_is_told_too(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.RESCUED, models=("azure-gpt-4o",))])

    run = await observatory.run(single_request, gateway_retries=True)

    assert run.report.rescued == 1
    assert not run.report.cases[0].rescued
    assert observatory.gateway.received[0].num_retries is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (FaultKind.MALFORMED, "malformed: 200 but no JSON: <html>"),
        (FaultKind.NO_CHOICES, "malformed: 200 but no choice with a message"),
        (FaultKind.EMPTY, "empty: 200 but empty content"),
        (FaultKind.CUT_STREAM, "stream_cut: the body ended early"),
        (FaultKind.HUGE, "too_large: the body is larger than 1048576 bytes"),
    ],
)
async def test_a_200_that_is_no_answer_fails_at_once(observatory: Observatory, fault: FaultKind, kind: str) -> None:
    observatory.gateway.arm([Fault(fault)])

    run = await observatory.run(single_request, models=["gpt-4o-mini"])

    assert run.state.name == "Failed"
    assert len(run.report.cases[0].attempts) == 1  # not a transient fault: no second try
    assert run.report.cases[0].attempts[0].startswith(kind)


async def test_a_gateway_that_never_answers_is_waited_for_no_longer_than_asked(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.HANG)])

    run = await observatory.run(single_request, models=["gpt-4o-mini"], timeout_seconds=0.2)

    assert run.report.verdict is Verdict.FAILED
    assert set(run.report.cases[0].attempts) == {"timeout: no answer within 0.2 s"}


async def test_answers_are_bounded_and_streamed_as_asked(observatory: Observatory) -> None:
    run = await observatory.run(single_request, max_tokens=7, stream=True)

    assert run.state.name == "Completed"
    assert {record.max_tokens for record in observatory.gateway.received} == {7}
    assert {record.stream for record in observatory.gateway.received} == {True}


async def test_a_gateway_that_is_redeployed_meanwhile_was_not_tested(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.REDEPLOYED, first=1)])

    run = await observatory.run(single_request)

    assert run.state.name == "Invalid"
    assert run.reason.startswith("Invalid: the gateway's version changed during the run: 1.80.0-standin ")
    first, second = run.report.versions
    assert (first.by, second.version, second.by) == ("preflight", "1.80.0-standin-redeployed", "single-request")
    assert first.since < second.since


@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_refuses_has_answered(observatory: Observatory, stream: bool) -> None:
    observatory.gateway.arm([Fault(FaultKind.REFUSAL, models=("azure-gpt-4o",))])

    run = await observatory.run(single_request, stream=stream)

    assert run.state.name == "Completed"
    assert run.reason == "Passed: 2 of 2 requests passed"


async def test_an_answer_that_our_bound_cut_is_no_loss_and_no_pass(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await observatory.run(single_request)).state.name == "Completed"
    models = observatory.gateway.models
    monkeypatch.setitem(models, "azure-gpt-4o", replace(models["azure-gpt-4o"], reasoning_tokens=100))

    run = await observatory.run(single_request, max_tokens=20)

    assert run.state.name == "Inconclusive", run.state.message
    assert run.reason == (
        "Inconclusive: 1 of 1 requests passed; proves nothing: azure-gpt-4o (truncated: raise max_tokens)"
    )
    assert run.report.failure_kinds == {"truncated": 1}
    assert "| azure-gpt-4o | must | proves nothing | truncated: " in run.page
