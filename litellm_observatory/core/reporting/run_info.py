"""What a run is about, and what its report says of it in any case, whether it sent something or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from litellm_observatory.core.judging.verdict import Finding, Verdict
from litellm_observatory.core.planning.estimate import Estimate
from litellm_observatory.core.planning.plan import plan_of_cases
from litellm_observatory.core.report.headline import cut
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.wire.versions import PREFLIGHT, Sighting


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a run is about, known before anything is sent. `started_at` is when the first request is due.

    The gateway told its version at `told_at`. `invalid_reasons` make the run invalid, whatever is seen.
    `models_named`: somebody named the models; else they are all that there are of the suite's kind.
    """

    suite: str
    gateway: str
    deployment_url: str | None
    gateway_version: str | None
    started_at: datetime
    notes: tuple[str, ...] = ()
    told_at: datetime | None = None
    invalid_reasons: tuple[Finding, ...] = ()
    models_named: bool = False
    taken: Estimate | None = None
    """What it takes at most, where that is known."""

    @property
    def versions(self) -> tuple[Sighting, ...]:
        """The version that preflight met, if it was told one."""
        told = self.gateway_version
        return (Sighting(told, self.told_at or self.started_at, PREFLIGHT),) if told else ()

    @property
    def plan(self) -> str:
        """What it takes at most, in words; empty where nobody knows."""
        return plan_of_cases(self.taken) if self.taken else ""


class Known(TypedDict):
    """The fields of a report that every run has."""

    suite: str
    gateway: str
    deployment_url: str | None
    started_at: datetime
    ended_at: datetime
    duration_seconds: float
    models_named: bool
    planned_cost: float | None
    verdict: Verdict
    reason: str
    headline: str
    why: str
    what: str


def known(subject: RunInfo, ended_at: datetime, verdict: Verdict, why: str, what: str = "") -> Known:
    """What a run was about, and how it ended: `what` is why in a headline's few words, which it is where it fits."""
    what = cut(verdict, what or why)
    return {
        "suite": subject.suite,
        "gateway": subject.gateway,
        "deployment_url": subject.deployment_url,
        "started_at": subject.started_at,
        "ended_at": ended_at,
        "duration_seconds": (ended_at - subject.started_at).total_seconds(),
        "models_named": subject.models_named,
        "planned_cost": subject.taken.cost if subject.taken else None,
        "verdict": verdict,
        "reason": verdict.told(why),
        "headline": verdict.told(what),
        "why": why,
        "what": what,
    }


def report_without_traffic(
    subject: RunInfo,
    verdict: Verdict,
    why: str,
    models: Sequence[str],
    ended_at: datetime,
    what: str = "",
    findings: Sequence[Finding] = (),
) -> Report:
    """The report of a run that ended before anything could be judged."""
    return Report(
        **known(subject, ended_at, verdict, why, what),
        gateway_version=subject.gateway_version,
        models=tuple(models),
        findings=tuple(findings),
        notes=subject.notes,
        versions=subject.versions,
        plan=subject.plan,
    )
