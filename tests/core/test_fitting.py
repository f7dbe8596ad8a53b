"""What is stored of a report that is too long: what fails a run first, and all that the next run compares with."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from litellm_observatory.core.cases.outcomes import Predecessor, outcomes_of
from litellm_observatory.core.discovery.gateway_info import MOST_TARGETS, GatewayInfo
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.fitting import fit
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.request import Level
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.core.wire.samples import Attempt, Sample
from suites.api_contract import api_contract
from tests.core.examples import unpassed

BEGAN = datetime(2026, 11, 28, tzinfo=UTC)
SKIPPED = unpassed(
    "gpt-a: answers in its schema",
    model="gpt-a",
    attempts=("skipped",),
    latency_seconds=0.0,
    skipped="the gateway does not say that the model takes one",
)
TOLD = SKIPPED.model_copy(update={"name": "told", "level": Level.SHOULD, "skipped": None})
LOST = SKIPPED.model_copy(update={"name": "lost", "level": Level.SHOULD, "regressed": True})
BROKEN = SKIPPED.model_copy(update={"name": "broken", "skipped": None, "attempts": ("500: boom",)})


def report_of(cases: tuple[CaseOutcome, ...], suites: tuple[SuiteOutcome, ...] = ()) -> Report:
    return Report(
        suite="api-contract",
        gateway="default",
        started_at=BEGAN,
        ended_at=BEGAN,
        duration_seconds=1.0,
        verdict=Verdict.FAILED,
        reason="Failed: broken",
        cases=cases,
        suites=suites,
    )


def test_a_case_that_failed_is_stored_before_all_that_were_skipped() -> None:
    cases = (*[SKIPPED] * 2000, TOLD, LOST, BROKEN)
    suite = SuiteOutcome(suite="api-contract", verdict=Verdict.FAILED, reason="Failed: broken", cases=cases)
    stored = fit(report_of(cases, (suite,)))
    for kept in (stored.cases, stored.suites[0].cases):
        assert len(kept) < len(cases)
        assert kept[-3:] == (TOLD, LOST, BROKEN)


def test_the_cases_of_as_many_models_as_a_run_may_have_are_all_known_to_the_next_run() -> None:
    models = [f"provider/model-{number}" for number in range(MOST_TARGETS)]
    requests = api_contract().requests(models, GatewayInfo("1.90.0", dict.fromkeys(models, "chat")))
    whole = report_of(
        tuple(
            SKIPPED.model_copy(
                update={"name": request.name, "model": request.model, "passed": True, "skipped": None},
            )
            for request in requests
        )
    )
    stored = fit(whole)
    assert len(stored.model_dump_json()) < 1_000_000
    predecessor = Predecessor.of("run able-ape", stored)
    assert all(predecessor.had(request.name) for request in requests)


@pytest.mark.parametrize("had", [True, False])
def test_what_proved_nothing_once_is_had_by_the_next_run_as_it_was_before(had: bool) -> None:
    cut = Attempt(0.5, Failure(FailureKind.TRUNCATED, "the bound on tokens was spent on reasoning"))
    request = replace(chat("gpt-a"), name="gpt-a: headers", level=Level.SHOULD)
    sample = Sample(0, request.name, "gpt-a", 0.0, 0.0, (cut,))
    [case] = outcomes_of([request], [sample], Predecessor("run able-ape", {request.name: had}), "1.90.0", BEGAN)
    assert not case.regressed
    whole = report_of((case,))
    stored = fit(report_of((*[SKIPPED] * 2000, case)))
    assert stored.passed_cases or not had
    for report in (whole, stored):
        assert Predecessor.of("run bold-bee", report).had(request.name) is had
