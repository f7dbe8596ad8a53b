"""From what was seen to the report: judged, counted, and put into words."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from suites.judging.tally import Tally
from suites.judging.validity import doubts, without_our_own_timeouts
from suites.judging.verdict import Finding, Verdict, conclude
from suites.objectives.against_last_good import LastGood
from suites.plan import caveat, plan
from suites.report import CaseOutcome, Report
from suites.statistics import by_fingerprint, by_model, by_window, totals
from suites.suite import Cases, Soak
from suites.traffic import Traffic
from suites.wire.samples import Sample
from suites.words import clock


@dataclass(frozen=True, slots=True)
class Subject:
    """What a run is about, known before anything is sent. `started_at` is when the first request is due."""

    suite: str
    gateway: str
    deployment_url: str | None
    gateway_version: str | None
    started_at: datetime
    notes: tuple[str, ...] = ()


def report_without_traffic(
    subject: Subject, verdict: Verdict, reason: str, models: Sequence[str], ended_at: datetime
) -> Report:
    """The report of a run that ended before anything could be judged."""
    return Report(
        suite=subject.suite,
        gateway=subject.gateway,
        deployment_url=subject.deployment_url,
        gateway_version=subject.gateway_version,
        started_at=subject.started_at,
        ended_at=ended_at,
        duration_seconds=(ended_at - subject.started_at).total_seconds(),
        models=tuple(models),
        verdict=verdict,
        reason=reason,
        notes=subject.notes,
    )


def judge_soak(
    soak: Soak, tally: Tally, versions: Set[str], due: int, last_good: LastGood | None
) -> tuple[Verdict, str, list[Finding]]:
    """The verdict, its sentence, and what every objective found; where we doubt ourselves only proof counts."""
    findings = soak.judge(tally, last_good)
    doubted = doubts(tally, versions, due=due, interval_seconds=soak.interval_seconds)
    proven = soak.judge(without_our_own_timeouts(tally), last_good) if doubted else findings
    return *conclude(*proven, doubts=doubted), findings


def report_of_soak(
    subject: Subject,
    soak: Soak,
    traffic: Traffic,
    tally: Tally,
    ended_at: datetime,
    *,
    connections_opened: int,
    stopped: str | None = None,
    due: int | None = None,
    last_good: LastGood | None = None,
) -> Report:
    """Judge a soak, and report it.

    `stopped` says why it was ended early, if it was; then `due` is how many requests were due by then and not given
    up: what would have been due after the stop is not due.
    """
    preflight = {subject.gateway_version} if subject.gateway_version else set()
    versions = tally.versions | preflight
    due = traffic.count if due is None else due
    verdict, reason, findings = judge_soak(soak, tally, versions, due, last_good)
    if stopped and verdict is Verdict.PASSED:
        verdict, reason = Verdict.INCONCLUSIVE, reason.replace("Passed", "Inconclusive", 1)
    if stopped:
        reason += f". Stopped early after {clock(tally.rows['due'].max(initial=0.0))}: {stopped}"
    blank = report_without_traffic(subject, verdict, reason, traffic.models, ended_at)
    doubt = caveat(soak, traffic)
    return blank.model_copy(
        update={
            "gateway_version": ", ".join(sorted(versions)) or None,
            "findings": tuple(findings),
            "model_statistics": by_model(tally, traffic.first_uses),
            "fingerprints": by_fingerprint(tally, subject.started_at),
            "windows": by_window(tally, traffic),
            "plan": plan(soak, traffic),
            "notes": (*subject.notes, *([doubt] if doubt else [])),
            "connections_opened": connections_opened,
            **totals(tally, due),
        }
    )


def report_of_cases(
    subject: Subject, cases: Cases, samples: Sequence[Sample], ended_at: datetime, *, connections_opened: int
) -> Report:
    """Judge a suite of cases, and report it."""
    models = tuple(dict.fromkeys(sample.model for sample in samples))
    tested = [sample for sample in samples if not sample.skipped]
    tally = Tally.of(models, tested)
    finding = cases.judge(samples)
    verdict, reason = conclude(finding)
    blank = report_without_traffic(subject, verdict, reason, models, ended_at)
    return blank.model_copy(
        update={
            "gateway_version": ", ".join(sorted(tally.versions)) or subject.gateway_version,
            "findings": (finding,),
            "model_statistics": by_model(tally, (0.0,) * len(models)),
            "fingerprints": by_fingerprint(tally, subject.started_at),
            "cases": tuple(map(_outcome, samples)),
            "connections_opened": connections_opened,
            **totals(tally, len(tested)),
        }
    )


def _outcome(sample: Sample) -> CaseOutcome:
    return CaseOutcome(
        name=sample.name,
        model=sample.model,
        passed=sample.failure is None and sample.skipped is None,
        skipped=sample.skipped,
        rescued=sample.was_rescued,
        attempts=tuple(str(attempt.failure or attempt.skipped or "passed") for attempt in sample.attempts),
        latency_seconds=sample.latency_seconds,
    )
