"""What was measured: the numbers of a run, of a model, of a window, and of failures that are alike."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen part of a report."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


Changed = TypeVar("Changed", bound=Value)


def replace_fields(value: Changed, **changes: object) -> Changed:
    """The value with these fields changed, checked as by its constructor. Raises ValueError, and TypeError."""
    if unknown := changes.keys() - type(value).model_fields.keys():
        raise TypeError(f"{type(value).__name__} has no {', '.join(sorted(unknown))}")
    return type(value).model_validate(dict(value) | changes)


class Distribution(Value):
    """The distribution of a metric over requests; None where there are too few."""

    min: float | None = None
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    max: float | None = None


class ModelStatistics(Value):
    """The outcomes of the requests to one model. Latencies in seconds, from the instant each was due.

    Streams have the time to the first token, and the longest time from one chunk to the next after it.
    """

    model: str
    first_use_seconds: float
    requests: int
    failures: int
    failure_rate: float
    failure_rate_low: float
    failure_rate_high: float
    rescued: int
    latency_seconds: Distribution
    overhead_ms: Distribution
    first_token_seconds: Distribution = Distribution()
    longest_gap_seconds: Distribution = Distribution()


class ModelWindow(Value):
    """One model in one window."""

    model: str
    requests: int
    failures: int


class WindowStatistics(Value):
    """One window, or in a long run several in a row: its start in seconds after the run's, its counts, its latency.

    `index` is that of the first one. `models` are all of them, or of very many those that failed most in the run.
    `not_observed` counts requests that were due while the run was interrupted: their outcomes are unknown.
    """

    index: int
    start_seconds: float
    requests: int
    failures: int
    not_observed: int = 0
    latency_seconds: Distribution
    models: tuple[ModelWindow, ...]


class FailedRequest(Value):
    """A request that failed, by the ids under which logs have it, and when it was due.

    `request_id` is ours, sent as `x-request-id`; `call_id` and `model_id` are the gateway's own for the request and
    the deployment that it went to, None where no answer had them.
    """

    at: datetime
    request_id: str
    call_id: str | None = None
    model_id: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Each known id after its header's name, the most useful for a log first."""
        named = {
            "x-litellm-call-id": self.call_id,
            "x-request-id": self.request_id,
            "x-litellm-model-id": self.model_id,
        }
        return tuple(f"{name} {text}" for name, text in named.items() if text)

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {', '.join(self.ids)}"


class FingerprintStatistics(Value):
    """Failures that are alike: how many, when the first and the last of them was due, and the first few of them."""

    model: str
    kind: str
    message: str
    count: int
    first_seen: datetime
    last_seen: datetime
    exemplars: tuple[FailedRequest, ...] = ()

    def __str__(self) -> str:
        seen = f"{self.first_seen:%H:%M:%S} to {self.last_seen:%H:%M:%S}"
        return f"{self.count:,} × {self.model}, {self.kind}, {seen}: {self.message}"


class RunMetrics(Value):
    """What one run measured, as releases are compared by it. Latencies in seconds, overhead in milliseconds."""

    gateway_version: str | None = None
    started_at: datetime
    duration_seconds: float
    requests: int
    failures: int
    failure_rate: float
    rescued: int
    latency_seconds: Distribution
    overhead_ms: Distribution
