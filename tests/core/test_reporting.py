"""Reports: everything known of a run, and the same again when read back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from litellm_observatory.core.cases.gateway import ITSELF
from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.build import report_of_cases, report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.reporting.without_traffic import report_without_traffic
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.failures import Failure, FailureKind, presentable
from litellm_observatory.core.wire.samples import Attempt, Sample
from suites.api_contract import api_contract
from suites.oai_azure_release import oai_azure_release
from suites.single_request import single_request
from tests.core.examples import sample, server_error

CONTRACT = """
    suite gateway deployment_url gateway_version started_at ended_at duration_seconds models requests failures
    failure_rate failure_rate_low failure_rate_high rescued verdict reason findings model_statistics failure_kinds
    fingerprints latency_seconds lateness_seconds due sent observed_fraction cost windows
"""

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
END = START + timedelta(minutes=30, seconds=1.5)
SUBJECT = RunInfo("oai-azure-release", "staging", "https://v2.example.com", "1.81.3", START, plan="1,800 requests")
MODELS = ("gpt-a", "gpt-b")


def soak_report(*failures: Failure | None, subject: RunInfo = SUBJECT, **attempt: Any) -> Report:
    """A half-hour soak over two models whose first requests fail so."""
    soak = oai_azure_release(duration_hours=0.5)
    traffic = soak.traffic(MODELS)
    samples = [
        sample(i, failures[i] if i < len(failures) else None, model=MODELS[traffic.model(i)], **attempt)
        for i in range(traffic.count)
    ]
    sent = SoakResult.of(traffic, Tally.of(MODELS, samples))
    return report_of_soak(subject, soak, traffic, sent, END, connections_opened=3)


def cases_report() -> Report:
    samples = [
        Sample(0, "gpt-a", "gpt-a", 0.0, 0.0, (Attempt(0.5, version="1.81.3", cost=0.25),)),
        Sample(1, "gpt-b", "gpt-b", 0.0, 0.0, (Attempt(1.0, server_error()), Attempt(0.5))),
        Sample(2, "gpt-c", "gpt-c", 0.0, 0.0, (Attempt(1.0, Failure(FailureKind.TIMEOUT, "no answer")),) * 4),
    ]
    requests = single_request().requests(["gpt-a", "gpt-b", "gpt-c"], GatewayInfo(None, {}))
    return report_of_cases(SUBJECT, requests, samples, END, connections_opened=2)


def test_the_gateway_itself_is_no_model() -> None:
    requests = api_contract().requests(["gpt-a"], GatewayInfo(None, {"gpt-a": None}))
    samples = [Sample(i, one.name, one.model, 0.0, 0.0, (Attempt(0.5),)) for i, one in enumerate(requests)]
    report = report_of_cases(SUBJECT, requests, samples, END, connections_opened=1)
    assert ITSELF in {case.model for case in report.cases}
    assert report.models == ("gpt-a",)
    assert [model.model for model in report.model_statistics] == ["gpt-a"]
    assert report.requests == len(samples)


REPORTS = {
    "a soak that passed": soak_report(),
    "a soak that failed": soak_report(*[server_error(f"50{i % 3}: failed after {i} s") for i in range(200)]),
    "cases": cases_report(),
    "no traffic": report_without_traffic(SUBJECT, Verdict.REFUSED, "no", (), END),
    "words from anywhere": soak_report(server_error(presentable("500: \ud800 \x00 <b>☃</b> \u2028"))),
}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_read_back_is_the_same(report: Report) -> None:
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert Report.model_validate(json.loads(json.dumps(report.model_dump(mode="json"), allow_nan=False))) == report


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_result_has_every_field_of_the_contract(report: Report) -> None:
    assert set(CONTRACT.split()) <= set(report.model_dump(mode="json"))


def test_a_pipeline_reads_a_findings_status_by_the_words_that_it_always_had() -> None:
    before = """
        {"suite": "single-request", "gateway": "staging", "started_at": "2026-01-01T12:00:00Z",
         "ended_at": "2026-01-01T12:30:00Z", "duration_seconds": 1800, "verdict": "failed", "reason": "Failed: 2.2 %",
         "findings": [{"objective": "failure rate", "standing": "broken", "sentence": "2.2 %", "brief": null},
                      {"objective": "no burst", "standing": "holds", "sentence": "in no cluster"},
                      {"objective": "rescues", "standing": "undecided", "sentence": "too few", "blocking": false}]}
    """
    report = Report.model_validate_json(before)
    assert [finding.status for finding in report.findings] == [Status.VIOLATED, Status.MET, Status.UNDECIDED]
    stored = report.model_dump(mode="json")
    assert [finding["standing"] for finding in stored["findings"]] == ["broken", "holds", "undecided"]


def test_a_soak_is_reported_with_all_that_was_seen() -> None:
    report = soak_report(*[server_error()] * 40, cost=0.001, version="1.81.3")
    assert (report.suite, report.gateway) == (SUBJECT.suite, SUBJECT.gateway)
    assert report.deployment_url == SUBJECT.deployment_url
    assert (report.verdict, report.gateway_version) == (Verdict.FAILED, "1.81.3")
    broken = [finding.sentence for finding in report.findings if finding.status is Status.VIOLATED]
    assert report.reason == "Failed: " + "; ".join(broken)
    assert broken[0] == report.findings[0].sentence
    assert (report.requests, report.failures, report.due, report.sent) == (1800, 40, 1800, 1800)
    assert report.failure_rate_low < report.failure_rate == 40 / 1800 < report.failure_rate_high
    assert (report.duration_seconds, report.observed_fraction) == (1801.5, 1.0)
    assert report.cost == pytest.approx(1.8)
    assert (report.models, [of.model for of in report.model_statistics]) == (MODELS, list(MODELS))
    assert (
        sum(window.failures for window in report.windows) == sum(of.failures for of in report.model_statistics) == 40
    )
    assert report.failure_kinds == {"server_error": 40}
    assert report.latency_seconds.p99 == pytest.approx(0.4)
    assert report.plan == SUBJECT.plan
    assert (report.notes, report.connections_opened) == ((), 3)
    (first,) = report.fingerprints
    assert (first.first_seen, first.last_seen) == (START, START + timedelta(seconds=39))


def test_a_soak_too_short_to_pass_is_inconclusive_and_notes_why() -> None:
    soak = oai_azure_release(duration_hours=60 / 3600)
    traffic = soak.traffic(("gpt-a",))
    sent = SoakResult.of(traffic, Tally.of(("gpt-a",), map(sample, range(60))))
    report = report_of_soak(SUBJECT, soak, traffic, sent, END, connections_opened=1)
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.reason.startswith("Inconclusive: 60 sent, 0 failed: the true rate is below 4.9 %")
    assert report.notes[0].startswith("60 requests cannot show a failure rate below 1 %")


def test_a_gateway_of_another_version_than_preflight_met_was_not_tested() -> None:
    report = soak_report(version="1.82.0")
    assert report.verdict is Verdict.INVALID
    assert report.reason == (
        "Invalid: the gateway's version changed during the run: 1.81.3 since 2026-01-01 12:00:00 UTC (preflight), "
        "1.82.0 since 2026-01-01 12:00:00 UTC (oai-azure-release)"
    )
    assert report.gateway_version == "1.81.3, 1.82.0"


def test_a_gateway_that_never_told_its_version_has_none() -> None:
    report = soak_report(subject=RunInfo("s", "g", None, None, START))
    assert (report.verdict, report.gateway_version) == (Verdict.PASSED, None)


def test_a_run_in_which_nothing_was_sent_is_invalid() -> None:
    soak = oai_azure_release()
    traffic = soak.traffic(MODELS)
    report = report_of_soak(
        SUBJECT, soak, traffic, SoakResult.of(traffic, Tally.of(MODELS)), END, connections_opened=0
    )
    assert report.verdict is Verdict.INVALID
    assert report.reason.startswith("Invalid: our client sent only 0 of 10,800 requests that were due")


def test_objectives_beside_the_failure_rate_are_judged_and_reported() -> None:
    class NoKnownRegression:
        def judge(self, tally: Tally) -> Finding:
            return Finding("never", Status.VIOLATED, f"seen in {tally.requests}")

    plain = oai_azure_release(duration_hours=0.5)
    soak = Soak(plain.name, plain.requests, plain.duration_seconds, 1.0, 0.01, (NoKnownRegression(),))
    traffic = soak.traffic(("gpt-a",))
    sent = SoakResult.of(traffic, Tally.of(("gpt-a",), map(sample, range(1800))))
    report = report_of_soak(SUBJECT, soak, traffic, sent, END, connections_opened=1)
    assert (report.verdict, report.reason) == (Verdict.FAILED, "Failed: seen in 1800")
    assert [finding.objective for finding in report.findings] == [
        "failure rate",
        "never",
        "against the last good run",
    ]


def test_cases_are_reported_with_every_attempt() -> None:
    report = cases_report()
    assert report.verdict is Verdict.FAILED
    assert report.reason == (
        "Failed: 2 of 3 requests passed; failed: gpt-c (timeout: no answer); rescued by a retry or fallback: gpt-b"
    )
    assert [(case.name, case.passed, case.rescued) for case in report.cases] == [
        ("gpt-a", True, False),
        ("gpt-b", True, True),
        ("gpt-c", False, False),
    ]
    assert report.cases[1].attempts == ("server_error: 500: the server had an error", "passed")
    assert report.cases[2].latency_seconds == 4.0
    assert (report.requests, report.failures, report.rescued, report.cost) == (3, 1, 1, 0.25)
    assert (report.gateway_version, report.windows) == ("1.81.3", ())


def test_a_report_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        REPORTS["cases"].verdict = Verdict.PASSED  # type: ignore[misc]
