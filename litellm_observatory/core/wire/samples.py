"""What is kept of a request: small, flat values. Bodies and headers are gone by then."""

from dataclasses import dataclass, field
from typing import NamedTuple

from litellm_observatory.core.wire.failures import Failure, FailureKind


class Process(NamedTuple):
    """One process of the gateway, as it names itself: its host (on Kubernetes the pod), and its id there."""

    host: str
    pid: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try on the wire. Times are seconds on the monotonic clock; what the gateway did not say is None.

    `retries`, `fallbacks`, `overhead_ms`, `cost` (in dollars) and `version` are what the gateway's own headers said
    (`x-litellm-*`). Of a stream there are the time to its first token, and the longest gap between two chunks from
    then on. `reading` is the number that the request reads off a reply, `process` that which answered, `skipped` why
    nothing was tested. `request_id` is what we sent as `x-request-id`; of a failure `call_id` and `model_id` are the
    gateway's own, of the request and of the deployment that it went to.
    """

    seconds: float
    failure: Failure | None = None
    overhead_ms: float | None = None
    retries: int = 0
    fallbacks: int = 0
    cost: float | None = None
    version: str | None = None
    first_token_seconds: float | None = None
    longest_gap_seconds: float | None = None
    reading: float | None = None
    process: Process | None = None
    skipped: str | None = None
    request_id: str = ""
    call_id: str | None = None
    model_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The outcome of one request, all attempts in it.

    `due` is in seconds after the run's start; `lateness` is how long after that our client sent it.
    """

    index: int
    name: str
    model: str
    due: float
    lateness: float
    attempts: tuple[Attempt, ...] = field(repr=False)

    @property
    def failure(self) -> Failure | None:
        """Why the last attempt failed; None when it passed, or proves nothing."""
        failure = self.attempts[-1].failure
        return None if failure and failure.kind.proves_nothing else failure

    @property
    def skipped(self) -> str | None:
        """Why nothing was tested; None when something was asked for that is there."""
        return self.attempts[-1].skipped

    @property
    def unproven(self) -> FailureKind | None:
        """Why the last attempt, though answered, proves nothing; None when it proves something."""
        failure = self.attempts[-1].failure
        return failure.kind if failure and failure.kind.proves_nothing else None

    @property
    def service_seconds(self) -> float:
        """Time that the attempts took on the wire, without waits between them."""
        return sum(attempt.seconds for attempt in self.attempts)

    @property
    def latency_seconds(self) -> float:
        """What a user waited, counted from the instant the request was due."""
        return self.lateness + self.service_seconds

    @property
    def was_rescued(self) -> bool:
        """Whether it passed only thanks to another attempt, ours or the gateway's own."""
        last = self.attempts[-1]
        return (
            last.failure is None
            and last.skipped is None
            and (len(self.attempts) > 1 or last.retries > 0 or last.fallbacks > 0)
        )
