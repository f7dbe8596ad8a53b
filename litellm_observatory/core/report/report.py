"""The report: everything known of a run, frozen and serialisable; the one thing that every publisher reads."""

from collections import Counter
from datetime import datetime

from pydantic import Field

from litellm_observatory.core.judging.verdict import Finding, Verdict
from litellm_observatory.core.report.alert import Alert
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import (
    Distribution,
    FingerprintStatistics,
    ModelStatistics,
    RunMetrics,
    Value,
    WindowStatistics,
)
from litellm_observatory.core.wire.versions import Sighting


class SuiteOutcome(Value):
    """The outcome of one suite of a gate.

    `run_id` is the run that was judged: for a duplicate the original run. None where no run was started. `run_url`
    is the run's page in the UI, `page_url` that of its report. `reason` and `headline` are its run's, `why` and
    `what` the same without the verdict, `remedy` what to do next. `last_good` has the metrics of the last passed run.
    """

    suite: str
    verdict: Verdict
    reason: str
    run_id: str | None = None
    run_url: str | None = None
    page_url: str | None = None
    headline: str = ""
    why: str = ""
    what: str = ""
    remedy: str = ""
    figures: RunMetrics | None = None
    last_good: RunMetrics | None = None
    cases: tuple[CaseOutcome, ...] = ()
    """Those of its cases that did not pass."""
    omitted_cases: int = 0
    """How many more there are of these."""
    fingerprints: tuple[FingerprintStatistics, ...] = ()
    """The most frequent of its failures."""
    noted: tuple[str, ...] = ()
    """Targets of its last passed run that the gateway no longer lists, where that failed nothing."""

    @property
    def address(self) -> str | None:
        """The address of its report, or of its run where there is no report."""
        return self.page_url or self.run_url

    @property
    def failed_shoulds(self) -> int:
        """How many of its cases failed without failing it."""
        return sum(case.is_advisory_failure for case in self.cases)

    @property
    def skipped(self) -> Counter[str]:
        """Why its cases were skipped, and how many for each reason; lost cases are not among them."""
        return Counter(case.skipped for case in self.cases if case.skipped and not case.regressed)

    @property
    def unproven(self) -> Counter[str]:
        """Why answers to its cases proved nothing, with the remedy, and how many for each reason."""
        kinds = (case.unproven for case in self.cases if case.unproven)
        return Counter(f"{kind}: {kind.remedy}" for kind in kinds)

    @property
    def accepted_cases(self) -> tuple[CaseOutcome, ...]:
        """The lost cases of a suite that passed: somebody accepted their loss."""
        return tuple(case for case in self.cases if case.regressed and self.verdict is Verdict.PASSED)

    @property
    def accepted(self) -> Counter[str]:
        """Why cases with an accepted loss were lost, and how many for each reason."""
        return Counter(case.skipped or case.name for case in self.accepted_cases)


class LeftOut(Value):
    """A suite of a gate's profile that was not started, and why; `accepted` where that is an accepted loss."""

    suite: str
    reason: str
    accepted: bool = False


class Omitted(Value):
    """How many more entries each list of a report had before it was stored; `failed_cases` are among the `cases`."""

    models: int = 0
    model_statistics: int = 0
    fingerprints: int = 0
    findings: int = 0
    cases: int = 0
    failed_cases: int = 0
    notes: int = 0
    versions: int = 0
    left_out: int = 0


class Report(Value):
    """All of a run. Rates are shares between 0 and 1, times seconds, `cost` dollars.

    `models_named`: somebody named the `models`; else they are all of the suite's kind.
    `failure_rate_low` and `_high` are one-sided 95 % bounds. `requests` counts those that were judged, `sent` those
    that were sent, `due` those that were due, `not_observed` those of them that were due while the run was
    interrupted; `given_up` were in flight when the run was ended early, and are not due. A soak that ended early says
    after how much of its plan (`planned_requests`, `planned_seconds`); `planned_cost` is the most that its plan may
    cost, None where that is unknown. `rescued` requests passed only thanks to a retry or fallback.
    `headline` is one sentence of at most 120 characters, `reason` the whole of it; `what` and `why` are the same
    without the verdict before them, empty in reports of earlier versions. `findings` are those of every objective,
    then what makes the run invalid, then how it was ended early, each with what to do next.
    `alert` relates this end to those of earlier runs. `versions` are those that the gateway reported, in the order of
    their first sightings. A gate's report names its `release` and its `profile`, empty where its suites were named,
    and has the outcomes of its `suites`; its counts are their sums. Where a list is longer than is stored, `omitted`
    says by how much; `passed_cases` are then digests of the names of all cases that passed.
    `page_url` is its page in the UI, `history_url` that of all releases of its gateway.
    """

    suite: str
    gateway: str
    deployment_url: str | None = None
    gateway_version: str | None = None
    started_at: datetime
    ended_at: datetime
    duration_seconds: float
    models: tuple[str, ...] = ()
    models_named: bool = False
    requests: int = 0
    failures: int = 0
    failure_rate: float = 0.0
    failure_rate_low: float = 0.0
    failure_rate_high: float = 1.0
    rescued: int = 0
    verdict: Verdict
    reason: str
    headline: str = ""
    why: str = ""
    what: str = ""
    findings: tuple[Finding, ...] = ()
    model_statistics: tuple[ModelStatistics, ...] = ()
    failure_kinds: dict[str, int] = Field(default_factory=dict)
    fingerprints: tuple[FingerprintStatistics, ...] = ()
    latency_seconds: Distribution = Distribution()
    lateness_seconds: Distribution = Distribution()
    overhead_ms: Distribution = Distribution()
    due: int = 0
    sent: int = 0
    not_observed: int = 0
    given_up: int = 0
    observed_fraction: float = 0.0
    cost: float | None = None
    windows: tuple[WindowStatistics, ...] = ()
    cases: tuple[CaseOutcome, ...] = ()
    plan: str = ""
    planned_requests: int = 0
    planned_seconds: float = 0.0
    planned_cost: float | None = None
    ended_early_after_seconds: float | None = None
    notes: tuple[str, ...] = ()
    alert: Alert | None = None
    connections_opened: int = 0
    release: str | None = None
    profile: str = ""
    page_url: str | None = None
    history_url: str | None = None
    suites: tuple[SuiteOutcome, ...] = ()
    versions: tuple[Sighting, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    omitted: Omitted = Omitted()
    passed_cases: str = ""

    @classmethod
    def read(cls, stored: object) -> "Report | None":
        """A report from its stored JSON; None where this version cannot read it."""
        try:
            return cls.model_validate(stored)
        except ValueError:
            return None

    @property
    def failed_shoulds(self) -> int:
        """How many of its cases, or of its suites' cases, failed without failing the run."""
        own = sum(case.is_advisory_failure for case in self.cases)
        return own + sum(outcome.failed_shoulds for outcome in self.suites)

    @property
    def figures(self) -> RunMetrics | None:
        """Its metrics; None where nothing was judged."""
        if not self.requests:
            return None
        return RunMetrics.model_validate(self, from_attributes=True)
