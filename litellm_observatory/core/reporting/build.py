"""From samples to the report: judged, counted, and summarised as text; how a soak ended, also where it was early."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from litellm_observatory.core.cases.gateway import ITSELF
from litellm_observatory.core.cases.judge import judge_cases
from litellm_observatory.core.cases.outcomes import Predecessor, outcomes_of
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.validity import find_invalid_reasons, version_changes, without_our_own_timeouts
from litellm_observatory.core.judging.verdict import WHOLE_PLAN, Finding, Status, Verdict, conclude
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.objectives.against_last_passed import LastPassed
from litellm_observatory.core.report.headline import Part, compose, headline_of
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.report.statistics import by_fingerprint, by_model, by_window, totals
from litellm_observatory.core.reporting.run_info import RunInfo, common_fields
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.text import clock, percent, span
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Sample
from litellm_observatory.core.wire.versions import Sighting, first_sightings, join_versions


def _versions(run: RunInfo, tally: Tally) -> tuple[Sighting, ...]:
    """The first sighting of every version, before the traffic and in it."""
    answers = (
        Sighting(version, run.started_at + timedelta(seconds=instant), run.suite)
        for version, instant in tally.versions.items()
    )
    return first_sightings((*run.versions, *answers))


def report_of_soak(
    run: RunInfo,
    soak: Soak,
    traffic: Traffic,
    sent: SoakResult,
    ended_at: datetime,
    *,
    connections_opened: int,
    last_good: LastPassed | None = None,
) -> Report:
    """Judge a soak, and report it."""
    tally = sent.tally
    versions = _versions(run, tally)
    verdict, why, findings = judge_soak(soak, sent, versions, last_good, run.invalid_reasons)
    what = _headline_of_soak(verdict, findings, soak, sent, run.started_at)
    underpowered = soak.failure_rate.underpowered_reason(traffic.count)
    return Report(
        **common_fields(run, ended_at, verdict, why, what),
        **totals(tally, sent.due),
        models=tally.models,
        gateway_version=join_versions(versions),
        versions=versions,
        findings=tuple(findings),
        model_statistics=by_model(tally, dict(zip(tally.models, traffic.first_uses, strict=True))),
        fingerprints=by_fingerprint(tally, run.started_at),
        windows=by_window(tally, traffic, sent.not_observed),
        not_observed=len(sent.not_observed),
        given_up=sent.stop.given_up if sent.stop else 0,
        planned_requests=traffic.count,
        planned_seconds=soak.duration_seconds,
        ended_early_after_seconds=_observed_seconds(sent) if sent.stop else None,
        plan=run.plan,
        notes=(*run.notes, *([underpowered] if underpowered else [])),
        connections_opened=connections_opened,
    )


def report_of_cases(
    run: RunInfo,
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

    `gone` are models that the gateway no longer lists. With `accept_losses` a loss is reported and fails nothing.
    `cancelled` says how somebody ended the run, if anybody did.
    """
    counted_for = tuple(dict.fromkeys(sample.model for sample in samples))
    models = tuple(model for model in counted_for if model != ITSELF)
    sent = [sample for sample in samples if not sample.skipped]
    tally = Tally.of(counted_for, sent)
    versions = _versions(run, tally)
    outcomes = outcomes_of(requests, samples, predecessor, join_versions(versions), run.started_at)
    failures = {sample.name: sample.failure for sample in sent if sample.failure}
    finding = judge_cases(outcomes, predecessor, gone, accept_losses=accept_losses, failures=failures)
    invalid = [*run.invalid_reasons, *version_changes(versions)]
    verdict, why = _append_finding(finding, *conclude(finding, invalid_reasons=invalid), run.invalid_reasons)
    findings = [finding, *invalid]
    what = headline_of(verdict, findings, run.started_at)
    if cancelled:
        verdict, why = Verdict.CANCELLED, f"{cancelled}; until then: {finding.sentence}"
        findings.append(_early_end(f"cancelled, {cancelled}"))
        what = compose(verdict, f"{finding.short.what} until then", [Part(0, f"; {cancelled}")])
    return Report(
        **common_fields(run, ended_at, verdict, why, what),
        **totals(tally, len(sent)),
        models=models,
        gateway_version=join_versions(versions),
        versions=versions,
        findings=tuple(findings),
        model_statistics=by_model(tally, dict.fromkeys(models, 0.0)),
        fingerprints=by_fingerprint(tally, run.started_at),
        cases=outcomes,
        plan=run.plan,
        notes=run.notes,
        connections_opened=connections_opened,
    )


def judge_soak(
    soak: Soak,
    sent: SoakResult,
    versions: Sequence[Sighting],
    last_good: LastPassed | None,
    beforehand: Sequence[Finding] = (),
) -> tuple[Verdict, str, list[Finding]]:
    """The verdict, why, and all that was found; what makes a run invalid is outranked by a proven failure alone.

    What every objective found comes first, then what makes the run invalid, then how it was ended early. `beforehand`
    are reasons that no sample shows.
    """
    findings = soak.judge(sent.tally, last_good)
    invalid = [
        *beforehand,
        *find_invalid_reasons(
            sent.tally,
            versions,
            due=sent.due,
            interval_seconds=soak.interval_seconds,
            not_observed=len(sent.not_observed),
        ),
    ]
    proven = soak.judge(without_our_own_timeouts(sent.tally), last_good) if invalid else findings
    verdict, why = _append_finding(findings[0], *conclude(*proven, invalid_reasons=invalid), beforehand)
    if not sent.stop:
        return verdict, why, [*findings, *invalid]
    verdict, why, early = _conclude_early_end(soak, sent, verdict, why)
    return verdict, why, [*findings, *invalid, early]


def _append_finding(seen: Finding, verdict: Verdict, why: str, beforehand: Sequence[Finding]) -> tuple[Verdict, str]:
    """The verdict, and why; where the run was invalid `beforehand`, what was found is still reported."""
    until_then = f"; until then: {seen.sentence}" if beforehand and verdict is Verdict.INVALID else ""
    return verdict, why + until_then


def _conclude_early_end(soak: Soak, sent: SoakResult, verdict: Verdict, why: str) -> tuple[Verdict, str, Finding]:
    """The verdict of a soak that was ended early, which is never a pass, and why; and the finding that it was."""
    assert sent.stop
    planned = soak.traffic(sent.tally.models).count
    lasted = f"{clock(_observed_seconds(sent))} of {span(soak.duration_seconds)}"
    after = f"{lasted}, {sent.tally.sent:,} of {planned:,} requests"
    if sent.stop.cancelled:
        cancelled = f"after {after}, {sent.stop.reason}"
        return Verdict.CANCELLED, f"{cancelled}; until then: {why}", _early_end(f"cancelled {cancelled}")
    if verdict is Verdict.PASSED:
        verdict = Verdict.INCONCLUSIVE
    how = f"stopped early after {after}: {sent.stop.reason}"
    return verdict, f"{why}; {how}", _early_end(how)


def _early_end(how: str) -> Finding:
    """The finding that a run was ended early, and how: it is reported, and fails nothing."""
    return Finding(WHOLE_PLAN, Status.UNDECIDED, how, blocking=False)


def _headline_of_soak(
    verdict: Verdict, findings: Sequence[Finding], soak: Soak, sent: SoakResult, started_at: datetime
) -> str:
    """What the headline of a soak says after its verdict, with how far it came where it was ended early."""
    if not sent.stop:
        return headline_of(verdict, findings, started_at)
    after = f"after {percent(min(1.0, _observed_seconds(sent) / soak.duration_seconds))} of its plan"
    if verdict is not Verdict.CANCELLED:
        return headline_of(verdict, findings, started_at, after=after)
    seen = findings[0].short.what
    return compose(verdict, after, [Part(1, f", {sent.stop.reason}"), Part(2, f"; until then {seen}")])


def _observed_seconds(sent: SoakResult) -> float:
    """When the last observed request was due, in seconds after the run's start."""
    return float(sent.tally.rows["due"].max(initial=0.0))
