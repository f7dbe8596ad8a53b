"""Checks of streams that every endpoint shares: no error event, no garbage, and an end where an end belongs."""

from collections.abc import Callable
from typing import Any

from litellm_observatory.core.wire.checks.check import Check, malformed, quote, too_large
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import LINES_READ, Reply
from litellm_observatory.core.wire.text import in_words

LEAST_TOKENS = 8
"""Fewer chunks than this show no flow."""

LEAST_SECONDS = 1.0
"""A stream that took less may have come at once for good reasons."""

BUFFERED_SHARE = 0.05
"""Of a buffered stream all tokens come within this share of its whole time, at its end."""


def ends_with(is_end: Callable[[Reply], bool]) -> Check:
    """The stream consists of JSON, carries no error event, and its last event is its terminator."""

    def find(reply: Reply) -> Failure | None:
        if reply.has_too_many_values:
            return too_large(f"200 but more than {reply.most_values} values")
        if reply.has_too_many_lines:
            return too_large(f"200 but more than {LINES_READ} lines")
        for chunk in reply.chunks:
            if chunk is None:
                return malformed("an event of the stream is no JSON")
            if (said := error_of(chunk)) is not None:
                return Failure(FailureKind.STREAM_CUT, f"error event in the stream: {in_words(said)}")
        if not reply.events:
            return malformed(f"200 but no event: {quote(reply.text) or 'an empty body'}")
        if not is_end(reply):
            return Failure(FailureKind.STREAM_CUT, f"the stream ended after {len(reply.events)} events, unfinished")
        return None

    return Check(find)


def error_of(chunk: Any) -> object:
    """What an error event says, in the words of any endpoint; None when the chunk is no error.

    As measured: `{"error": …}` of chat, `{"type": "error", "error": …}` of messages, `response.failed` of responses.
    """
    match chunk:
        case {"type": "response.failed", "response": {"error": error}}:
            return _message(error) or "response.failed"
        case {"error": error} if error:
            return _message(error)
        case {"type": "error" | "response.failed" as kind}:
            return chunk.get("message") or kind
    return None


def _message(error: object) -> object:
    """An error's own message; where it has none, its type and code."""
    if not isinstance(error, dict):
        return error
    stated = (f"{name} {error[name]}" for name in ("type", "code") if error.get(name))
    return error.get("message") or f"an error without words ({', '.join(stated) or 'nor a type'})"


def type_of(chunk: Any) -> object:
    """The type that a chunk of responses or messages states."""
    return chunk.get("type") if isinstance(chunk, dict) else None


def token_seconds(reply: Reply, is_token: Callable[[Any], bool]) -> tuple[float, ...]:
    """When each token had come, in seconds after the request was sent; empty when that is not known."""
    if not reply.chunk_seconds:
        return ()
    return tuple(seconds for chunk, seconds in zip(reply.chunks, reply.chunk_seconds, strict=True) if is_token(chunk))


def flows(is_token: Callable[[Any], bool]) -> Check:
    """The tokens of a long stream come one after the other: a buffered stream holds them back until its end."""

    def find(reply: Reply) -> Failure | None:
        instants = token_seconds(reply, is_token)
        if len(instants) < LEAST_TOKENS or reply.seconds < LEAST_SECONDS:
            return None
        if instants[-1] - instants[0] >= BUFFERED_SHARE * reply.seconds:
            return None
        said = f"the first of {len(instants)} chunks came after {instants[0]:.1f} s of {reply.seconds:.1f} s"
        return Failure(FailureKind.BUFFERED, f"a buffered stream: {said}")

    return Check(find)
