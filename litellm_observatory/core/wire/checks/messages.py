"""Checks of Anthropic's Messages API, whole and streamed."""

from typing import Any

from litellm_observatory.core.wire.checks.check import (
    Check,
    has_usage,
    malformed,
    no_content,
    quote,
    status,
    stream_has_usage,
    unlike,
)
from litellm_observatory.core.wire.checks.streams import ends_with, type_of
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.reply import Reply

_THINKING = ("thinking", "redacted_thinking", "thinking_delta", "signature_delta")
_KNOWN = (
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
)
"""The events that Anthropic's clients know; they pass over all others, such as those of Vertex."""


def is_message_token(chunk: Any) -> bool:
    """Whether an event of a streamed message brings a piece of its content."""
    match chunk:
        case {"type": "content_block_delta", "delta": dict() as delta}:
            return any(isinstance(value, str) and value for name, value in delta.items() if name != "type")
    return False


def _is_message(reply: Reply) -> Failure | None:
    match reply.json:
        case {"type": "message", "content": list()}:
            return None
    return unlike(reply, "no message")


def _has_content(reply: Reply) -> Failure | None:
    body = reply.json
    if any(_says(block) for block in body["content"]):
        return None
    reasoned = any(type_of(block) in _THINKING for block in body["content"])
    return no_content(body.get("stop_reason"), cut="max_tokens", reasoned=reasoned)


def _says(block: Any) -> bool:
    match block:
        case {"type": "text", "text": str() as text}:
            return bool(text.strip())
    return type_of(block) == "tool_use"


def _has_stop_reason(reply: Reply) -> Failure | None:
    return None if reply.json.get("stop_reason") else malformed("200 but no stop_reason")


def _is_ended(reply: Reply) -> bool:
    return bool(reply.chunks) and type_of(reply.chunks[-1]) == "message_stop"


def _events_are_named(reply: Reply) -> Failure | None:
    """Anthropic's clients go by an event's name and drop those that they do not know."""
    for event, chunk in zip(reply.events, reply.chunks, strict=False):
        if type_of(chunk) in _KNOWN and event.name != type_of(chunk):
            return malformed(f"an event {quote(type_of(chunk))} is named '{quote(event.name)}'")
    return None


def _is_in_order(reply: Reply) -> Failure | None:
    """message_start, then blocks that are opened before they grow and closed before the end, then message_delta."""
    types = [kind for chunk in reply.chunks if (kind := type_of(chunk)) in _KNOWN]
    if types[:1] != ["message_start"]:
        return malformed(f"the stream begins with {quote(types[0]) if types else 'nothing'}, no message_start")
    opened: set[object] = set()
    for chunk in reply.chunks:
        match chunk:
            case {"type": "content_block_start", "index": int() as index}:
                opened.add(index)
            case {"type": "content_block_delta" | "content_block_stop" as kind, "index": index}:
                if not isinstance(index, int) or index not in opened:
                    return malformed(f"a {kind} came for a block that was not open")
                if kind == "content_block_stop":
                    opened.remove(index)
    return malformed("a block of content was never closed") if opened else None


def _stream_has_content(reply: Reply) -> Failure | None:
    deltas = [type_of(chunk.get("delta")) for chunk in reply.chunks if is_message_token(chunk)]
    if any(kind not in _THINKING for kind in deltas):
        return None
    return no_content(stop_reason_of_stream(reply), cut="max_tokens", reasoned=bool(deltas))


def stop_reason_of_stream(reply: Reply) -> object:
    """Why a streamed message says that it ended; None when it does not."""
    for chunk in reply.chunks:
        match chunk:
            case {"type": "message_delta", "delta": {"stop_reason": reason}} if reason:
                return reason
    return None


def _stream_has_stop_reason(reply: Reply) -> Failure | None:
    return None if stop_reason_of_stream(reply) else malformed("the stream ended without a stop_reason")


message_answered = status(200) & Check(_is_message) & Check(_has_content) & Check(_has_stop_reason) & has_usage
"""A message, not streamed, that a user would call an answer."""

message_streamed = (
    status(200)
    & ends_with(_is_ended)
    & Check(_events_are_named)
    & Check(_is_in_order)
    & Check(_stream_has_content)
    & Check(_stream_has_stop_reason)
    & stream_has_usage(lambda reply: (one for one in reply.chunks if type_of(one) == "message_delta"))
)
"""A streamed message: from `message_start` to `message_stop`, each event by its name."""
