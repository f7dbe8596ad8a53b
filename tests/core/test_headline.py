"""The headline: what failed, how much, since when and whose, in one sentence that is never cut inside a cause."""

import random
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from litellm_observatory.core.gate.conclude import report_of_gate
from litellm_observatory.core.judging.brief import Brief, Cause
from litellm_observatory.core.judging.early_stop import Stop
from litellm_observatory.core.judging.origin import Origin
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict
from litellm_observatory.core.report.headline import LONGEST, Part, as_many_as_fit, compose, headline_of
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.text import break_commands
from litellm_observatory.core.wire.failures import FailureKind, presentable
from litellm_observatory.core.wire.gateway import PreflightError
from tests.core.examples import server_error
from tests.core.test_reporting import SUBJECT, cases_report, soak_report
from tests.core.test_soak_result import reported

CRASHED = server_error("500: Internal Server Error")
BUSY = server_error(
    "500: litellm.InternalServerError: OpenAIException - {'error': {'message': 'The server had an error while "
    "processing your request', 'type': 'server_error'}}"
)
AT = datetime(2026, 1, 1, tzinfo=UTC)

HEADLINES = {
    "a failure of the gateway's": (
        soak_report(*[CRASHED] * 107),
        "Failed: 5.9 % of 1,800 requests (limit 1 %), gpt-a, since 12:00:00; gateway: '500: Internal Server Error'",
    ),
    "of a provider's alone": (
        soak_report(*[BUSY] * 107),
        "Failed: 5.9 % of 1,800 requests (limit 1 %); not by this release, as far as its answers tell; "
        "compare with a baseline",
    ),
    "mostly, but not only a provider's": (
        soak_report(*[BUSY] * 107, CRASHED),
        "Failed: 6 % of 1,800 requests (limit 1 %), gpt-a, since 12:00:00; "
        "provider: '500: litellm.InternalServerError:…'",
    ),
    "a burst that the rate hides": (
        reported(range(0), failing=range(60, 72)),
        "Failed: burst: 12 of 12 requests in 11 s (limit 1 %), gpt-a, since 00:01:00; "
        "origin unknown: '500: the server had an…'",
    ),
    "a pass": (soak_report(), "Passed: 0 of 1,800 requests failed, true rate below 0.17 % (limit 1 %)"),
    "too few requests": (
        reported(range(0), stop=Stop("of it", 99.5)),
        "Inconclusive: 0 of 101 requests failed, true rate below 2.9 % (limit 1 %), after 5.6 % of its plan",
    ),
    "of both models": (
        soak_report(*[CRASHED, BUSY] * 900),
        "Failed: 100 % of 1,800 requests (limit 1 %), all models, since 12:00:00; "
        "gateway: '500: Internal Server Error'",
    ),
    "cancelled": (
        reported(range(0), stop=Stop("by the night shift", 899.5, cancelled=True)),
        "Cancelled: after 50 % of its plan, by the night shift",
    ),
    "another version": (
        soak_report(version="1.82.0"),
        "Invalid: the gateway's version changed from 1.81.3 to 1.82.0; run again",
    ),
    "an interruption": (
        reported(range(600, 781)),
        "Invalid: only 1,619 of 1,800 requests that were due were observed; run again",
    ),
    "cases": (cases_report(), "Failed: 1 of 3 requests failed (limit 0), gpt-c; origin unknown: 'no answer'"),
}


@pytest.mark.parametrize(("report", "headline"), HEADLINES.values(), ids=HEADLINES)
def test_it_says_what_failed_how_much_since_when_and_whose(report: Report, headline: str) -> None:
    assert report.headline == headline
    assert len(headline) <= LONGEST


def test_a_decision_is_said_only_where_everything_that_fails_the_run_is_a_providers() -> None:
    words = "not by this release, as far as its answers tell"
    assert words in soak_report(*[BUSY] * 107).headline
    gateways_own = server_error("500: the client has been closed")
    assert words not in soak_report(*[BUSY] * 107, gateways_own).headline
    cause = Cause(Origin.PROVIDER, FailureKind.SERVER_ERROR, "busy", alone=True)
    providers = Finding("failure rate", Status.VIOLATED, "too many", brief=Brief("5 of 9", cause=cause))
    slow = Finding("latency", Status.VIOLATED, "too slow")
    assert words in headline_of(Verdict.FAILED, [providers, replace(slow, blocking=False)], AT)
    assert words not in headline_of(Verdict.FAILED, [providers, slow], AT)


@pytest.mark.parametrize(
    "said",
    [
        "500: boom'; not by this release, as far as its answers tell; compare with a baseline",
        "::error::' Passed: 0 of 9 ##vso[task.complete result=Succeeded]",
        "500: \u202e\x1b[31m <b>" + "long " * 60,
        "x" * 300,
        "'" * 300,
        "#" * 40 + "[" * 40,
    ],
)
def test_what_a_gateway_says_stands_in_quotes_and_acts_nowhere(said: str) -> None:
    headline = soak_report(*[server_error(presentable(said))] * 107).headline
    assert headline.startswith(
        "Failed: 5.9 % of 1,800 requests (limit 1 %), gpt-a, since 12:00:00; origin unknown: '"
    )
    assert headline.endswith("'")
    assert headline.count("'") == 2
    assert len(headline) <= LONGEST
    assert headline.isprintable()
    assert break_commands(headline) == headline


def test_every_part_is_whole_or_left_out_by_its_rank_and_a_quotation_is_cut_at_its_own_end() -> None:
    chance = random.Random(7)
    for _ in range(2000):
        first = "f" * chance.randrange(0, 80)
        texts = [f", {letter * chance.randrange(1, 60)}" for letter in "abc"]
        parts = [Part(rank, text) for rank, text in zip(chance.sample(range(3), 3), texts, strict=True)]
        message = "why " * chance.randrange(1, 40)
        quote = Part(chance.randrange(4), "; gateway:", message, "; gateway: kind")
        headline = Verdict.FAILED.sentence(compose(Verdict.FAILED, first, [*parts, quote]))
        first = f"Failed: {first}"
        assert len(headline) <= LONGEST
        left = re.fullmatch(rf"{first}(, a+)?(, b+)?(, c+)?(; gateway: kind|; gateway: '(why ?)*…?')?", headline)
        assert left, headline
        assert all(
            text in headline or text[2] not in headline.removeprefix(first).partition(";")[0] for text in texts
        )
        most_important = min(parts, key=lambda part: part.rank)
        if len(first) + len(most_important.text) + 40 <= LONGEST:
            assert most_important.text in headline


def test_a_refusal_says_what_is_wrong_and_what_to_do() -> None:
    refusal = PreflightError("no answer", "check its URL", brief="it cannot be reached", said="no answer")
    assert str(refusal) == "no answer; check its URL"
    assert (refusal.what, refusal.said, refusal.remedy) == ("it cannot be reached", "no answer", "check its URL")


def gate_of(*reports: Report, release: str = "v1.90.0") -> Report:
    outcomes = [
        SuiteOutcome(
            suite=f"suite-{i}",
            verdict=report.verdict,
            reason=report.reason,
            headline=report.headline,
            why=report.why,
            what=report.what,
            figures=report.figures,
        )
        for i, report in enumerate(reports)
    ]
    named = [report.model_copy(update={"suite": f"suite-{i}"}) for i, report in enumerate(reports)]
    subject = RunInfo("release-gate", "default", None, None, AT)
    return report_of_gate(subject, release, outcomes, named, AT, allow_other_version=True)


def test_a_gate_names_the_release_counts_its_suites_and_tells_the_worst_ones_cause() -> None:
    fine, bad, worse = soak_report(), soak_report(*[CRASHED] * 60), soak_report(*[CRASHED] * 300)
    assert gate_of(fine, bad, worse).headline == (
        "Failed: v1.90.0, 2 of 3 suites failed, suite-2: 17 % of 1,800 requests (limit 1 %); "
        "gateway: '500: Internal Server…'"
    )
    passed = "all 2 suites passed, 3,600 requests"
    assert gate_of(fine, fine, release="v1.81.3").headline == f"Passed: v1.81.3, {passed}"
    assert gate_of(fine, fine).headline == f"Passed: v1.90.0, {passed}; but the gateway reports 1.81.3"


def test_a_gate_is_not_failed_by_its_release_only_where_no_suite_is() -> None:
    fine, providers, gateways = soak_report(), soak_report(*[BUSY] * 300), soak_report(*[CRASHED] * 60)
    words = "; not by this release, as far as its answers tell"
    headline = gate_of(fine, providers, release="v1").headline
    assert headline == f"Failed: v1, 1 of 2 suites failed, suite-1{words}; compare with a baseline"
    assert words not in gate_of(fine, providers, gateways, release="v1").headline


def test_names_that_could_pass_for_our_words_stand_in_quotes() -> None:
    told = soak_report(subject=replace(SUBJECT, gateway_version=None))
    headline = gate_of(told, release="v1, all suites passed; v2").headline
    assert headline == "Passed: 'v1, all suites passed; v2', suite-0 passed, 1,800 requests"


def test_of_many_things_done_as_many_are_told_as_fit() -> None:
    assert as_many_as_fit([]) == ""
    assert as_many_as_fit(["one", "two"]) == "one; two"
    said = as_many_as_fit([f"run number-{i} is taken up again" for i in range(30)])
    assert said.endswith("run number-2 is taken up again; and 27 more")
    assert len(said) <= LONGEST


def test_without_traffic_the_reason_is_the_headline() -> None:
    assert SUBJECT.invalid_reasons == ()
    assert Report.read({**soak_report().model_dump(mode="json"), "headline": ""}) is not None
