"""From what was seen to the report: judged, counted, and put into words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from suites.cases.gateway import ITSELF
from suites.cases.outcomes import Predecessor, judge_cases, outcomes_of
from suites.estimate import Estimate
from suites.judging.tally import Tally
from suites.judging.validity import doubts, without_our_own_timeouts
from suites.judging.verdict import Finding, Verdict, conclude
from suites.objectives.against_last_good import LastGood
from suites.plan import caveat, plan, plan_of_cases
from suites.report import Report
from suites.sent import Sent
from suites.statistics import by_fingerprint, by_model, by_window, totals
from suites.suite import Soak
from suites.traffic import Traffic
from suites.versions import PREFLIGHT, Sighting, change, first_sightings, named
from suites.wire.request import Request
from suites.wire.samples import Sample
from suites.words import clock, span


@dataclass(frozen=True, slots=True)
class Subject:
    """What a run is about, known before anything is sent. `started_at` is when the first request is due.

    The gateway told its version at `told_at`. `doubts` say why nothing can be said of it, whatever is seen.
    `models_named`: somebody named the models; else they are all that there are of the suite's kind.
    """

    suite: str
    gateway: str
    deployment_url: str | None
    gateway_version: str | None
    started_at: datetime
    notes: tuple[str, ...] = ()
    told_at: datetime | None = None
    doubts: tuple[str, ...] = ()
    models_named: bool = False
    taken: Estimate | None = None
    """What it takes at most, where that is known."""

    @property
    def versions(self) -> tuple[Sighting, ...]:
        """The version that preflight met, if it was told one."""
        told = self.gateway_version
        return (Sighting(told, self.told_at or self.started_at, PREFLIGHT),) if told else ()


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
        models_named=subject.models_named,
        verdict=verdict,
        reason=reason,
        notes=subject.notes,
        versions=subject.versions,
        plan=plan_of_cases(subject.taken) if subject.taken else "",
        planned_cost=subject.taken.cost if subject.taken else None,
    )


def judge_soak(
    soak: Soak,
    sent: Sent,
    versions: Sequence[Sighting],
    last_good: LastGood | None,
    beforehand: Sequence[str] = (),
) -> tuple[Verdict, str, list[Finding]]:
    """The verdict, its sentence, and what every objective found; where we doubt ourselves only proof counts.

    `beforehand` are doubts that no sample shows.
    """
    findings = soak.judge(sent.tally, last_good)
    doubted = [
        *beforehand,
        *doubts(
            sent.tally,
            versions,
            due=sent.due,
            interval_seconds=soak.interval_seconds,
            not_observed=len(sent.not_observed),
        ),
    ]
    proven = soak.judge(without_our_own_timeouts(sent.tally), last_good) if doubted else findings
    verdict, reason = _until_then(findings[0], *conclude(*proven, doubts=doubted), beforehand)
    return *(_stopped(soak, sent, verdict, reason) if sent.stop else (verdict, reason)), findings


def _until_then(seen: Finding, verdict: Verdict, reason: str, beforehand: Sequence[str]) -> tuple[Verdict, str]:
    """The verdict and its sentence; where a doubt outweighs what was seen, that is told all the same."""
    told = f"; until then: {seen.sentence}" if beforehand and verdict is Verdict.INVALID else ""
    return verdict, reason + told


def _versions(subject: Subject, tally: Tally) -> tuple[Sighting, ...]:
    """Every version that was met, before the traffic and in it, when and by what it was seen first."""
    answers = (
        Sighting(version, subject.started_at + timedelta(seconds=instant), subject.suite)
        for version, instant in tally.versions.items()
    )
    return first_sightings((*subject.versions, *answers))


def _stopped(soak: Soak, sent: Sent, verdict: Verdict, reason: str) -> tuple[Verdict, str]:
    """The verdict and its sentence of a soak that was ended early; that is never a pass."""
    assert sent.stop
    planned = soak.traffic(sent.tally.models).count
    after = (
        f"{clock(_seen_seconds(sent))} of {span(soak.duration_seconds)}, {sent.tally.sent:,} of {planned:,} requests"
    )
    if sent.stop.cancelled:
        seen = reason.partition(": ")[2]
        return Verdict.CANCELLED, f"Cancelled after {after}, {sent.stop.reason}; until then: {seen}"
    if verdict is Verdict.PASSED:
        verdict, reason = Verdict.INCONCLUSIVE, reason.replace("Passed", "Inconclusive", 1)
    return verdict, f"{reason}. Stopped early after {after}: {sent.stop.reason}"


def _seen_seconds(sent: Sent) -> float:
    """When the last request that was seen had been due, in seconds after the run's start."""
    return float(sent.tally.rows["due"].max(initial=0.0))


def report_of_soak(
    subject: Subject,
    soak: Soak,
    traffic: Traffic,
    sent: Sent,
    ended_at: datetime,
    *,
    connections_opened: int,
    last_good: LastGood | None = None,
) -> Report:
    """Judge a soak, and report it."""
    tally = sent.tally
    versions = _versions(subject, tally)
    verdict, reason, findings = judge_soak(soak, sent, versions, last_good, subject.doubts)
    blank = report_without_traffic(subject, verdict, reason, traffic.models, ended_at)
    doubt = caveat(soak, traffic)
    return blank.model_copy(
        update={
            "gateway_version": named(versions),
            "versions": versions,
            "findings": tuple(findings),
            "model_statistics": by_model(tally, dict(zip(tally.models, traffic.first_uses, strict=True))),
            "fingerprints": by_fingerprint(tally, subject.started_at),
            "windows": by_window(tally, traffic, sent.not_observed),
            "not_observed": len(sent.not_observed),
            "given_up": sent.stop.given_up if sent.stop else 0,
            "planned_requests": traffic.count,
            "planned_seconds": soak.duration_seconds,
            "ended_early_after_seconds": _seen_seconds(sent) if sent.stop else None,
            "plan": plan(soak, traffic),
            "notes": (*subject.notes, *([doubt] if doubt else [])),
            "connections_opened": connections_opened,
            **totals(tally, sent.due),
        }
    )


def report_of_cases(
    subject: Subject,
    requests: Sequence[Request],
    samples: Sequence[Sample],
    ended_at: datetime,
    *,
    connections_opened: int,
    predecessor: Predecessor | None = None,
    gone: Collection[str] = (),
    accept_losses: bool = False,
    cancelled: str = "",
) -> Report:
    """Judge the cases that were sent beside the last passed run, and report them.

    `gone` are models that the gateway lists no more; with `accept_losses` what was lost is told and fails nothing;
    `cancelled` says by which way somebody ended it, if anybody.
    """
    counted_for = tuple(dict.fromkeys(sample.model for sample in samples))
    models = tuple(model for model in counted_for if model != ITSELF)
    sent = [sample for sample in samples if not sample.skipped]
    tally = Tally.of(counted_for, sent)
    versions = _versions(subject, tally)
    changed = change(versions)
    outcomes = outcomes_of(requests, samples, predecessor, named(versions), subject.started_at)
    finding = judge_cases(outcomes, predecessor, gone, accept_losses=accept_losses)
    concluded = conclude(finding, doubts=[*subject.doubts, *([changed] if changed else [])])
    verdict, reason = _until_then(finding, *concluded, subject.doubts)
    if cancelled:
        verdict, reason = Verdict.CANCELLED, f"Cancelled, {cancelled}; until then: {finding.sentence}"
    blank = report_without_traffic(subject, verdict, reason, models, ended_at)
    return blank.model_copy(
        update={
            "gateway_version": named(versions),
            "versions": versions,
            "findings": (finding,),
            "model_statistics": by_model(tally, dict.fromkeys(models, 0.0)),
            "fingerprints": by_fingerprint(tally, subject.started_at),
            "cases": outcomes,
            "connections_opened": connections_opened,
            **totals(tally, len(sent)),
            "models": models,
        }
    )
