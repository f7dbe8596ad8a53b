"""What was measured: the numbers of a run, of a model, of a window, and of failures that are alike."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen part of a report."""

    model_config = ConfigDict(frozen=True)


class Spread(Value):
    """How a quantity spreads over requests; None where there are too few to say."""

    min: float | None = None
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    max: float | None = None


class ModelStatistics(Value):
    """What became of the requests to one model. Latencies in seconds, from the instant each was due.

    Of streams there are the time to the first token, and the longest time from one chunk to the next after it.
    """

    model: str
    first_use_seconds: float
    requests: int
    failures: int
    failure_rate: float
    failure_rate_low: float
    failure_rate_high: float
    rescued: int
    latency_seconds: Spread
    overhead_ms: Spread
    first_token_seconds: Spread = Spread()
    longest_gap_seconds: Spread = Spread()


class ModelWindow(Value):
    """One model in one window."""

    model: str
    requests: int
    failures: int


class WindowStatistics(Value):
    """One window, or in a long run several in a row: its start in seconds after the run's, its counts, its latency.

    `index` is that of the first one. `models` are all of them, or of very many those that failed most in the run.
    `not_observed` counts requests that were due while the run was interrupted: nobody knows what became of them.
    """

    index: int
    start_seconds: float
    requests: int
    failures: int
    not_observed: int = 0
    latency_seconds: Spread
    models: tuple[ModelWindow, ...]


class FingerprintStatistics(Value):
    """Failures that are alike: how many, and when the first and the last of them was due."""

    model: str
    kind: str
    message: str
    count: int
    first_seen: datetime
    last_seen: datetime


class Figures(Value):
    """What one run measured, as releases are compared by it. Latencies in seconds, overhead in milliseconds."""

    gateway_version: str | None = None
    started_at: datetime
    duration_seconds: float
    requests: int
    failures: int
    failure_rate: float
    rescued: int
    latency_seconds: Spread
    overhead_ms: Spread
