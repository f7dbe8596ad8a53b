"""How a suite of cases is judged: musts, shoulds, and what the last passed run had."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from litellm_observatory.core.cases.judge import MOST_NAMED, judge_cases
from litellm_observatory.core.cases.outcomes import Predecessor, outcomes_of
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.request import Level
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.core.wire.samples import Attempt, Sample
from tests.core.examples import server_error

PASSED = Attempt(0.5)
FAILED = Attempt(0.5, server_error("500: no"))
CUT = Attempt(0.5, Failure(FailureKind.TRUNCATED, "the bound on tokens was spent on reasoning; raise max_tokens"))
MISSING = Attempt(0.5, skipped="the gateway has no /v1/responses")
BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUN = "run able-ape of 2026-11-22 02:00, LiteLLM 1.89.0"

Case = tuple[str, Level, tuple[Attempt, ...]]


def must(name: str, *attempts: Attempt) -> Case:
    return name, Level.MUST, attempts


def should(name: str, *attempts: Attempt) -> Case:
    return name, Level.SHOULD, attempts


def judged(
    *cases: Case,
    before: dict[str, bool] | None = None,
    gone: tuple[str, ...] = (),
    accept_losses: bool = False,
    version: str | None = "1.90.0",
) -> Finding:
    found = outcomes(*cases, before=before, version=version)
    return judge_cases(found, predecessor_of(before), gone, accept_losses=accept_losses)


def predecessor_of(before: dict[str, bool] | None) -> Predecessor | None:
    return None if before is None else Predecessor(RUN, before, version="1.89.0")


def outcomes(
    *cases: Case, before: dict[str, bool] | None = None, version: str | None = "1.90.0"
) -> tuple[CaseOutcome, ...]:
    requests = [replace(chat("gpt-a"), name=name, level=level) for name, level, _ in cases]
    samples = [Sample(i, name, "gpt-a", 0.0, 0.0, attempts) for i, (name, _, attempts) in enumerate(cases)]
    return outcomes_of(requests, samples, predecessor_of(before), version, BEGAN)


@pytest.mark.parametrize(
    ("cases", "status", "sentence"),
    [
        ([must("a", PASSED), must("b", PASSED)], Status.MET, "2 of 2 requests passed"),
        (
            [must("a", FAILED, PASSED), must("b", Attempt(0.5, retries=1)), must("c", PASSED)],
            Status.MET,
            "3 of 3 requests passed; rescued by a retry or fallback: a, b",
        ),
        (
            [
                must("a", FAILED, PASSED),
                must("b", FAILED),
                must("c", Attempt(9, Failure(FailureKind.EMPTY, "empty"))),
            ],
            Status.VIOLATED,
            "1 of 3 requests passed; failed: b (server_error: 500: no); c (empty: empty); "
            "rescued by a retry or fallback: a",
        ),
        ([must("a", MISSING)], Status.UNDECIDED, f"0 of 0 requests passed; 1 skipped: {MISSING.skipped} (1 case)"),
    ],
)
def test_every_must_must_pass_and_a_rescue_is_stated(cases: list[Case], status: Status, sentence: str) -> None:
    finding = judged(*cases)
    assert (finding.status, finding.sentence, finding.blocking) == (status, sentence, True)


def test_a_should_that_never_passed_is_told_and_fails_nothing() -> None:
    cases = [must("chat", PASSED), should("headers", FAILED), should("metrics", PASSED)]
    for before in (None, {}, {"chat": True, "headers": False}):
        finding = judged(*cases, before=before)
        assert finding.status is Status.MET
        assert finding.sentence == (
            "1 of 1 musts, 1 of 2 shoulds passed; failed without failing the run: headers (server_error: 500: no)"
        )


def test_a_should_that_the_last_passed_run_had_fails() -> None:
    finding = judged(must("chat", PASSED), should("headers", FAILED), before={"chat": True, "headers": True})
    assert finding.status is Status.VIOLATED
    assert finding.sentence == (
        f"1 of 1 musts, 0 of 1 shoulds passed; lost since {RUN}: headers (server_error: 500: no)"
    )


def test_a_should_that_comes_and_goes_on_one_version_is_stated() -> None:
    had = {"chat": True, "headers": True}
    finding = judged(must("chat", PASSED), should("headers", FAILED), before=had, version="1.89.0")
    assert (finding.status, finding.sentence) == (
        Status.MET,
        "1 of 1 musts, 0 of 1 shoulds passed; failed without failing the run, since the same version passed it in "
        f"{RUN}: "
        "headers (server_error: 500: no)",
    )
    assert judged(must("chat", PASSED), should("headers", FAILED), before=had, version=None).status is Status.VIOLATED
    gone = judged(must("chat", PASSED), should("headers", MISSING), before=had, version="1.89.0")
    assert gone.status is Status.VIOLATED  # a route that is switched off is a loss on any version


def test_a_must_fails_whatever_was_before() -> None:
    for before in (None, {"chat": False}, {"chat": True}):
        finding = judged(must("chat", FAILED), before=before)
        assert (finding.status, finding.sentence) == (
            Status.VIOLATED,
            "0 of 1 requests passed; failed: chat (server_error: 500: no)",
        )


@pytest.mark.parametrize("level", list(Level))
def test_a_route_that_the_last_passed_run_had_is_lost_and_not_off(level: Level) -> None:
    cases = [must("chat", PASSED), *((name, level, (MISSING,)) for name in ("whole", "streamed"))]
    finding = judged(*cases, before={"chat": True, "whole": True, "streamed": True})
    assert finding.status is Status.VIOLATED
    assert finding.sentence == f"1 of 1 requests passed; lost since {RUN}: the gateway has no /v1/responses (2 cases)"
    off = judged(*cases)
    assert off.sentence == "1 of 1 requests passed; 2 skipped: the gateway has no /v1/responses (2 cases)"
    assert off.short.what == "1 of 1 requests passed, 2 cases skipped"


def test_what_the_last_passed_run_lacked_too_is_skipped() -> None:
    finding = judged(must("chat", PASSED), must("whole", MISSING), before={"chat": True, "whole": False})
    assert finding.status is Status.MET


def test_models_that_are_taken_off_the_list_are_told() -> None:
    finding = judged(must("gpt-a: chat", PASSED), before={"gpt-b: chat": True}, gone=("gpt-b",))
    assert (finding.status, finding.sentence) == (
        Status.MET,
        "1 of 1 requests passed; no longer listed: gpt-b",
    )
    assert finding.short.who == "no longer listed: gpt-b"


def test_a_sentence_names_so_many_cases_and_counts_the_others() -> None:
    sentence = judged(*(must(f"case {i}", FAILED) for i in range(500))).sentence
    assert sentence.count("case ") == MOST_NAMED
    assert sentence.endswith("; and 480 more")


NO_PROOF = [kind for kind in FailureKind if kind.proves_nothing]


@pytest.mark.parametrize("before", [None, {"a": True, "b": True}])
@pytest.mark.parametrize("accept_losses", [False, True])
@pytest.mark.parametrize("kind", NO_PROOF)
def test_a_must_that_proves_nothing_is_no_loss_and_no_pass(
    kind: FailureKind, accept_losses: bool, before: dict[str, bool] | None
) -> None:
    cases = [must("a", PASSED), must("b", Attempt(0.5, Failure(kind, "so it is")))]
    finding = judged(*cases, before=before, accept_losses=accept_losses)
    assert (finding.status, finding.sentence) == (
        Status.UNDECIDED,
        f"1 of 1 requests passed; proves nothing: b ({kind}: {kind.remedy})",
    )


def test_each_kind_has_its_remedy_and_musts_come_first() -> None:
    cached = Attempt(0.5, Failure(FailureKind.CACHED, "served from a cache (x-cache)"))
    sentence = judged(should("headers", cached), must("a", CUT), must("b", cached), must("c", CUT)).sentence
    assert sentence == (
        "0 of 0 requests passed; "
        "proves nothing: a, c (truncated: raise max_tokens); b, headers (cached: let the cache heed no-cache)"
    )


@pytest.mark.parametrize("before", [None, {"chat": True, "headers": True}])
def test_a_should_that_proves_nothing_is_told_and_keeps_no_run_from_a_pass(before: dict[str, bool] | None) -> None:
    finding = judged(must("chat", PASSED), should("headers", CUT), before=before)
    assert (finding.status, finding.sentence) == (
        Status.MET,
        "1 of 1 requests passed; proves nothing: headers (truncated: raise max_tokens)",
    )


def test_a_failure_is_graver_than_what_proves_nothing() -> None:
    finding = judged(must("a", FAILED), must("b", CUT))
    assert finding.status is Status.VIOLATED
    assert finding.sentence.endswith(
        "failed: a (server_error: 500: no); proves nothing: b (truncated: raise max_tokens)"
    )


def test_a_case_that_proved_something_at_another_try_passes() -> None:
    stale = Attempt(0.5, Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed"))
    assert judged(must("a", stale, PASSED)).status is Status.MET
