"""Progress: how far a run is, published while it runs for everybody who watches it."""

from collections.abc import Mapping
from datetime import datetime

from litellm_observatory.core.report.metrics import Value, replace_fields
from litellm_observatory.core.text import one_line

MOST_OF_A_TEXT = 300
"""Characters of `said`; a Prefect server takes 500 in a field of an artifact's metadata."""


class Progress(Value):
    """How far a run is: `sent` of `due` requests, of which `failed` did.

    It is planned to take `seconds` from `began` on; None where it has no schedule. `said` is the most frequent
    failure of late, or which suites have ended.
    """

    began: datetime
    seconds: float | None = None
    due: int = 0
    sent: int = 0
    failed: int = 0
    said: str = ""

    def share(self, now: datetime) -> float:
        """The share of its time that has passed, between 0 and 1; where it has no schedule, that of its requests."""
        done, whole = (self.sent, self.due) if self.seconds is None else (self.passed(now), self.seconds)
        return min(1.0, done / whole) if whole else 0.0

    def passed(self, now: datetime) -> float:
        """Seconds since it began; 0 where it lies in the future by this host's clock."""
        return max(0.0, (now - self.began).total_seconds())

    def as_fields(self) -> dict[str, str]:
        """Its fields as text, for the metadata of an artifact."""
        short = replace_fields(self, said=one_line(self.said, most=MOST_OF_A_TEXT))
        return {name: str(value) for name, value in short.model_dump(mode="json", exclude_none=True).items()}

    @classmethod
    def read(cls, fields: Mapping[str, str] | None) -> "Progress | None":
        """The progress in an artifact's metadata; None where there is none that this version can read."""
        try:
            return cls.model_validate(fields)
        except ValueError:
            return None
