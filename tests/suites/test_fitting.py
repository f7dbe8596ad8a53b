"""What is stored of a report that is too long: what fails a run first, and all that the next run compares with."""

from datetime import UTC, datetime

from suites.api_contract import api_contract
from suites.cases.outcomes import Predecessor
from suites.facts import MOST_TARGETS, Facts
from suites.fitting import fit
from suites.judging.verdict import Verdict
from suites.report import CaseOutcome, Report, SuiteOutcome
from suites.wire.request import Level

BEGAN = datetime(2026, 11, 28, tzinfo=UTC)
SKIPPED = CaseOutcome(
    name="gpt-a: answers in its schema",
    model="gpt-a",
    passed=False,
    rescued=False,
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
    requests = api_contract().requests(models, Facts("1.90.0", dict.fromkeys(models, "chat")))
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
