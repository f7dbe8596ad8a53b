"""What a run is about, and what its report says of it in any case, whether it sent something or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from litellm_observatory.core.judging.verdict import Finding, Verdict
from litellm_observatory.core.report.headline import fit_after_verdict
from litellm_observatory.core.wire.versions import PREFLIGHT, Sighting


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a run is about, known before anything is sent. `started_at` is when the first request is due.

    The gateway reported its version at `version_seen_at`. `invalid_reasons` make the run invalid, whatever is sent.
    `models_named`: somebody named the models; else they are all of the suite's kind.
    """

    suite: str
    gateway: str
    deployment_url: str | None
    gateway_version: str | None
    started_at: datetime
    notes: tuple[str, ...] = ()
    version_seen_at: datetime | None = None
    invalid_reasons: tuple[Finding, ...] = ()
    models_named: bool = False
    plan: str = ""
    """What is going to be sent, as text; empty where that is unknown."""
    planned_cost: float | None = None
    """The most that it may cost, in dollars; None where that is unknown."""

    @property
    def versions(self) -> tuple[Sighting, ...]:
        """The version that preflight was given, if any."""
        version = self.gateway_version
        return (Sighting(version, self.version_seen_at or self.started_at, PREFLIGHT),) if version else ()


class CommonFields(TypedDict):
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


def common_fields(run: RunInfo, ended_at: datetime, verdict: Verdict, why: str, what: str = "") -> CommonFields:
    """The run and its end; `what` is `why` in a headline's few words, by default `why` itself."""
    what = fit_after_verdict(verdict, what or why)
    return {
        "suite": run.suite,
        "gateway": run.gateway,
        "deployment_url": run.deployment_url,
        "started_at": run.started_at,
        "ended_at": ended_at,
        "duration_seconds": (ended_at - run.started_at).total_seconds(),
        "models_named": run.models_named,
        "planned_cost": run.planned_cost,
        "verdict": verdict,
        "reason": verdict.sentence(why),
        "headline": verdict.sentence(what),
        "why": why,
        "what": what,
    }
