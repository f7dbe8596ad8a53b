"""Examples that tests vary: replies, samples, tallies, and clients to made-up gateways."""

import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

import httpx

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import FailedRequest, FingerprintStatistics
from litellm_observatory.core.wire.client import Client, open_client
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.gateway import Gateway
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.samples import Attempt, Sample

KEY = "sk-observatory-key-0123456789"
GATEWAY = Gateway("staging", "http://gateway.test", KEY)
USAGE = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}

Handler = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]


def completion(**changes: Any) -> dict[str, Any]:
    """A chat completion as a user wants it; `changes` replace top-level fields, None removes one."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}
    body = {"object": "chat.completion", "choices": [choice], "usage": USAGE} | changes
    return {name: value for name, value in body.items() if value is not None}


def choice(**changes: Any) -> dict[str, Any]:
    """The one choice of a completion, changed."""
    whole: dict[str, Any] = completion()["choices"][0] | changes
    return {name: value for name, value in whole.items() if value is not None}


def replied(body: object, status: int = 200) -> Reply:
    """A reply with a body: bytes as they are, anything else as JSON."""
    return Reply(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


DELTAS: tuple[dict[str, Any], ...] = (
    {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "o"}}]},
    {"choices": [{"index": 0, "delta": {"content": "k"}}]},
    {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    {"choices": [{"index": 0, "delta": {}}], "usage": USAGE},
)


def streamed(chunks: Iterable[object] = DELTAS, end: str = "data: [DONE]\n\n") -> Reply:
    """A reply that is a stream of chunks: strings as they are, anything else as JSON."""
    data = (chunk if isinstance(chunk, str) else json.dumps(chunk) for chunk in chunks)
    return replied(("".join(f"data: {event}\n\n" for event in data) + end).encode())


def sample(
    index: int,
    failure: Failure | None = None,
    *,
    model: str = "gpt-a",
    due: float | None = None,
    lateness: float = 0.0,
    **attempt: Any,
) -> Sample:
    """The sample of one attempt, due at its index unless told otherwise; keywords are fields of the attempt."""
    at = float(index) if due is None else due
    return Sample(index, model, model, at, lateness, (Attempt(**({"seconds": 0.4, "failure": failure} | attempt)),))


def server_error(message: str = "500: the server had an error") -> Failure:
    """A failure that is the gateway's."""
    return Failure(FailureKind.SERVER_ERROR, message)


def tally(requests: int, failures: int = 0, **fields: Any) -> Tally:
    """A tally of one model in which the first so many requests failed."""
    return Tally.of(
        ("gpt-a",), [sample(i, server_error() if i < failures else None, **fields) for i in range(requests)]
    )


def client_to(handler: Handler, *, timeout_seconds: float = 60.0) -> AbstractAsyncContextManager[Client]:
    """A client to a gateway that answers as `handler` says."""
    transport = httpx.MockTransport(handler)  # type: ignore[arg-type]  # takes coroutine functions, too
    return open_client(GATEWAY, timeout_seconds=timeout_seconds, transport=transport)


def alike() -> FingerprintStatistics:
    """Two failures that are alike, of which the second had no answer."""
    first, last = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
    return FingerprintStatistics(
        model="gpt-a",
        kind="server_error",
        message="500: no",
        count=2,
        first_seen=first,
        last_seen=last,
        exemplars=(
            FailedRequest(at=first, request_id="run-1-7", call_id="call-1", model_id="deployment-2"),
            FailedRequest(at=last, request_id="run-1-8"),
        ),
    )


def unpassed(name: str = "a case", **changes: Any) -> CaseOutcome:
    """What became of a case that did not pass; `changes` say more of it."""
    known: dict[str, Any] = {"name": name, "model": "gpt-a", "passed": False, "rescued": False}
    return CaseOutcome(**(known | {"attempts": ("no",), "latency_seconds": 0.0} | changes))
