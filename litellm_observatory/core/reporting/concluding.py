"""How a soak ended: its verdict and reason, its findings, and its headline, also where it ended early."""

from collections.abc import Sequence
from datetime import datetime

from litellm_observatory.core.judging.validity import find_invalid_reasons, without_our_own_timeouts
from litellm_observatory.core.judging.verdict import WHOLE_PLAN, Finding, Status, Verdict, conclude
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.objectives.against_last_passed import LastPassed
from litellm_observatory.core.report.headline import Part, compose, headline_of
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.text import clock, percent, span
from litellm_observatory.core.wire.versions import Sighting


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
    verdict, why = append_finding(findings[0], *conclude(*proven, invalid_reasons=invalid), beforehand)
    if not sent.stop:
        return verdict, why, [*findings, *invalid]
    verdict, why, early = _conclude_early_end(soak, sent, verdict, why)
    return verdict, why, [*findings, *invalid, early]


def append_finding(seen: Finding, verdict: Verdict, why: str, beforehand: Sequence[Finding]) -> tuple[Verdict, str]:
    """The verdict, and why; where the run was invalid `beforehand`, what was found is still reported."""
    until_then = f"; until then: {seen.sentence}" if beforehand and verdict is Verdict.INVALID else ""
    return verdict, why + until_then


def _conclude_early_end(soak: Soak, sent: SoakResult, verdict: Verdict, why: str) -> tuple[Verdict, str, Finding]:
    """The verdict of a soak that was ended early, which is never a pass, and why; and the finding that it was."""
    assert sent.stop
    planned = soak.traffic(sent.tally.models).count
    lasted = f"{clock(observed_seconds(sent))} of {span(soak.duration_seconds)}"
    after = f"{lasted}, {sent.tally.sent:,} of {planned:,} requests"
    if sent.stop.cancelled:
        cancelled = f"after {after}, {sent.stop.reason}"
        return Verdict.CANCELLED, f"{cancelled}; until then: {why}", early_end(f"cancelled {cancelled}")
    if verdict is Verdict.PASSED:
        verdict = Verdict.INCONCLUSIVE
    how = f"stopped early after {after}: {sent.stop.reason}"
    return verdict, f"{why}; {how}", early_end(how)


def early_end(how: str) -> Finding:
    """The finding that a run was ended early, and how: it is reported, and fails nothing."""
    return Finding(WHOLE_PLAN, Status.UNDECIDED, how, blocking=False)


def headline_of_soak(
    verdict: Verdict, findings: Sequence[Finding], soak: Soak, sent: SoakResult, started_at: datetime
) -> str:
    """What the headline of a soak says after its verdict, with how far it came where it was ended early."""
    if not sent.stop:
        return headline_of(verdict, findings, started_at)
    after = f"after {percent(min(1.0, observed_seconds(sent) / soak.duration_seconds))} of its plan"
    if verdict is not Verdict.CANCELLED:
        return headline_of(verdict, findings, started_at, after=after)
    seen = findings[0].short.what
    return compose(verdict, after, [Part(1, f", {sent.stop.reason}"), Part(2, f"; until then {seen}")])


def observed_seconds(sent: SoakResult) -> float:
    """When the last observed request was due, in seconds after the run's start."""
    return float(sent.tally.rows["due"].max(initial=0.0))
