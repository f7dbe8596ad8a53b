"""An alert: a failure that goes on over several runs, or that is over."""

from datetime import datetime
from enum import StrEnum

from litellm_observatory.core.report.metrics import Value
from litellm_observatory.core.text import span


class AlertStatus(StrEnum):
    """How a run's end relates to those of earlier runs of the same suite, gateway and models."""

    STILL_FAILING = "still failing"
    RESOLVED = "resolved"


class Alert(Value):
    """A failure over several runs: since when it lasts, and in how many runs it occurred."""

    course: AlertStatus
    since: datetime
    runs: int

    def sentence(self, now: datetime) -> str:
        """The alert in one sentence, at the end of a run."""
        runs = f"{self.runs} run{'s' if self.runs > 1 else ''}"
        lasted = span((now - self.since).total_seconds())
        if self.course is AlertStatus.RESOLVED:
            return f"Resolved: it had been failing for {lasted}, since {self.since:%Y-%m-%d %H:%M} UTC, in {runs}."
        return f"Still failing since {self.since:%Y-%m-%d %H:%M} UTC, for {lasted}, in {runs}."
