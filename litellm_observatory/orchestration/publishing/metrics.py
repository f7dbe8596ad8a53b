"""The quantities by which releases are compared, the same in a gate's report, in Slack and in the history."""

from collections.abc import Callable
from dataclasses import dataclass

from litellm_observatory.core.report.metrics import ModelStatistics, RunMetrics
from litellm_observatory.core.text import percent
from litellm_observatory.orchestration.publishing.text import milliseconds, seconds


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a run or a model: its name, where it stands, and how it is told; None where it is unknown."""

    name: str
    read: Callable[[RunMetrics | ModelStatistics], float | None]
    told: Callable[[float | None], str]

    def of(self, figures: RunMetrics | ModelStatistics | None) -> float | None:
        """The quantity of what was measured, if anything was."""
        return self.read(figures) if figures else None


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


REQUESTS = Quantity("Requests", lambda figures: figures.requests, _count)
FAILED = Quantity("Failed", lambda figures: figures.failures, _count)
RATE = Quantity("Failure rate", lambda figures: figures.failure_rate, _share)
P95 = Quantity("p95", lambda figures: figures.latency_seconds.p95, seconds)
OVERHEAD = Quantity("Overhead p95", lambda figures: figures.overhead_ms.p95, milliseconds)
TIMES = (P95, OVERHEAD)
"""Those of which a relative change says something."""
