"""The metrics by which releases are compared, the same in a gate's report, in Slack and in the history."""

from collections.abc import Callable
from dataclasses import dataclass

from litellm_observatory.core.report.metrics import ModelStatistics, RunMetrics
from litellm_observatory.core.text import percent
from litellm_observatory.orchestration.publishing.text import milliseconds, seconds


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a run or a model: its name, how it is read, and how it is shown; None where it is unknown."""

    name: str
    read: Callable[[RunMetrics | ModelStatistics], float | None]
    show: Callable[[float | None], str]

    def of(self, figures: RunMetrics | ModelStatistics | None) -> float | None:
        """The metric of what was measured, if anything was."""
        return self.read(figures) if figures else None


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


REQUESTS = Metric("Requests", lambda figures: figures.requests, _count)
FAILED = Metric("Failed", lambda figures: figures.failures, _count)
RATE = Metric("Failure rate", lambda figures: figures.failure_rate, _share)
P95 = Metric("p95", lambda figures: figures.latency_seconds.p95, seconds)
OVERHEAD = Metric("Overhead p95", lambda figures: figures.overhead_ms.p95, milliseconds)
TIMES = (P95, OVERHEAD)
"""Those of which a relative change says something."""
