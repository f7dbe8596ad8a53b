"""What goes wrong, when, and for whom: a schedule of faults as plain values."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

SERVER_ERROR = "litellm.InternalServerError: InternalServerError: OpenAIException - The server had an error"
CLIENT_CLOSED = (  # LiteLLM 1.81.1 to 1.81.6, PR #19190
    "litellm.InternalServerError: InternalServerError: OpenAIException - "
    "Cannot send a request, as the client has been closed."
)


class FaultKind(StrEnum):
    """What a caller sees instead of a clean answer."""

    STATUS = "status"  # `status` with LiteLLM's error body and `message`
    HANG = "hang"  # no byte, until the caller leaves or the server stops
    SLOW = "slow"  # the clean answer, `seconds` late
    MALFORMED = "malformed"  # 200 with an HTML page
    EMPTY = "empty"  # 200 with empty content
    REFUSAL = "refusal"  # a chat completion in which the model says that it will not answer
    NO_CHOICES = "no_choices"  # 200 with `choices: []`
    CUT_STREAM = "cut_stream"  # stream: an error event and no [DONE]; else: a body shorter than announced
    DROP = "drop"  # the connection is closed without a byte
    HUGE = "huge"  # 200 with 10 MB of content
    RESCUED = "rescued"  # the clean answer, after two retries by the gateway
    FALLEN_BACK = "fallen_back"  # the clean answer, after a fallback by the gateway
    OVERHEAD = "overhead"  # the clean answer, of whose time the gateway says that `seconds` were its own
    ECHO_KEY = "echo_key"  # `status`, with the Authorization header in the message
    LOST_CHUNK = "lost_chunk"  # a stream without the chunk at `position`
    STALLED = "stalled"  # half of a stream, then silence
    BUFFERED = "buffered"  # a stream that takes its time, and comes all at once at its end
    OTHER_LENGTH = "other_length"  # an embedding with one number less
    NOT_FINITE = "not_finite"  # an embedding with a number that is none
    WRONG_ENCODING = "wrong_encoding"  # an embedding as numbers, though base64 was asked for
    NO_TOOLS = "no_tools"  # the `silent_servers` are missing in the list of MCP tools
    OPEN_DOOR = "open_door"  # not a failure: whoever comes is let in
    CRASH = "crash"  # a request that makes no sense is answered 500
    NO_HEADERS = "no_headers"  # the clean answer without its timing headers
    WRONG_FINISH = "wrong_finish"  # a call of a tool that ends with `stop`
    MOVED_METRICS = "moved_metrics"  # the metrics are a redirect
    DISABLED = "disabled"  # the route at `path` is not there
    SLOW_PROBES = "slow_probes"  # the liveness probe is answered `seconds` late
    LEAK = "leak"  # its memory grows by `megabytes_per_second`, or that of one `worker` alone
    WORKERS = "workers"  # not a failure: of so many `workers` each tells its memory in turn
    RESTARTED = "restarted"  # those met are told by other workers, begun at `start`
    UNNAMED = "unnamed"  # it does not say which of its workers tells its memory
    REDEPLOYED = "redeployed"  # not a failure: another version answers


@dataclass(frozen=True)
class Fault:
    """One kind of fault and the requests it meets; every condition given must hold.

    `models` by name (none named: all); `rate` is the share of the requests met, 0 to 1 (a redeployment meets all);
    `start` and `end` are seconds since the schedule was armed; `first` and `count` are ordinals among the requests
    in the ledger since then, from 0: `first=30, count=20` meets 30 to 49. `seconds` is waited before the answer,
    whatever the kind; `position` is that of a chunk in its stream, from the end where negative; `only_streams` spares
    answers that are no stream. Raises ValueError on values that could never mean anything.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    kind: FaultKind
    models: tuple[str, ...] = ()
    rate: float = 1.0
    start: float = 0.0
    end: float = math.inf
    first: int | None = None
    count: int | None = None
    status: int = 500
    message: str = SERVER_ERROR
    seconds: float = 0.0
    position: int = 0
    only_streams: bool = False
    path: str = ""
    megabytes_per_second: float = 0.0
    workers: int = 1
    worker: int | None = None
    silent_servers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"rate {self.rate} is not a share between 0 and 1")
        if not 400 <= self.status <= 599:
            raise ValueError(f"status {self.status} is not an error: choose one from 400 to 599")
        if self.kind is FaultKind.SLOW and self.seconds <= 0:
            raise ValueError("a slow fault needs seconds, e.g. seconds=2.5")

    def meets(self, model: str | None, ordinal: int, elapsed: float) -> bool:
        """Whether a request is in this fault's reach, its rate left aside; `elapsed` is in seconds."""
        first = self.first or 0
        end = math.inf if self.count is None else first + self.count
        return (
            (not self.models or model in self.models) and self.start <= elapsed < self.end and first <= ordinal < end
        )


NO_ANSWERS = (
    FaultKind.REDEPLOYED,
    FaultKind.OPEN_DOOR,
    FaultKind.CRASH,
    FaultKind.MOVED_METRICS,
    FaultKind.DISABLED,
    FaultKind.SLOW_PROBES,
    FaultKind.LEAK,
    FaultKind.WORKERS,
    FaultKind.RESTARTED,
    FaultKind.UNNAMED,
)
"""Kinds that are not seen in the answer to a request."""


def choose(faults: Iterable[Fault], model: str | None, ordinal: int, elapsed: float, random: Random) -> Fault | None:
    """The first fault that meets the request and wins its draw; the same seed and order draw the same."""
    for fault in faults:
        if fault.kind in NO_ANSWERS or not fault.meets(model, ordinal, elapsed):
            continue
        if random.random() < fault.rate:
            return fault
    return None


def is_redeployed(faults: Iterable[Fault], model: str | None, ordinal: int, elapsed: float) -> bool:
    """Whether another version of the gateway answers this request."""
    return any(f.kind is FaultKind.REDEPLOYED and f.meets(model, ordinal, elapsed) for f in faults)


_JSON = TypeAdapter(tuple[Fault, ...])


def faults_from_json(text: str | bytes) -> tuple[Fault, ...]:
    """Read a JSON list of faults; raises ValueError that names the wrong field or value."""
    return _JSON.validate_json(text)


def faults_to_json(faults: Sequence[Fault]) -> str:
    """Write faults as the JSON list that a gateway in another process reads."""
    return _JSON.dump_json(tuple(faults), exclude_defaults=True).decode()
