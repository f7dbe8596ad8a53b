"""Checks: predicates on one reply that compose with `&` and say what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suites.wire.failures import Failure, FailureKind, kind_of_status
from suites.wire.reply import END_OF_STREAM, Reply


@dataclass(frozen=True, slots=True)
class Check:
    """A predicate on a reply: calling it returns the failure that it found, or None."""

    find: Callable[[Reply], Failure | None]

    def __call__(self, reply: Reply) -> Failure | None:
        return self.find(reply)

    def __and__(self, other: "Check") -> "Check":
        """Both checks must pass; the second is asked only when the first passed."""
        return Check(lambda reply: self.find(reply) or other.find(reply))


def status(expected: int) -> Check:
    """The HTTP status is the expected one; the failure carries the gateway's own message."""

    def find(reply: Reply) -> Failure | None:
        if reply.status == expected:
            return None
        said = reply.error_message or "no message"
        return Failure(kind_of_status(reply.status), f"{reply.status}: {said}")

    return Check(find)


def _choice(body: Any) -> dict[str, Any]:
    """The first choice of a chat completion or of a chunk, {} when the body has no such shape."""
    match body:
        case {"choices": [dict() as choice, *_]}:
            return choice
    return {}


def _says(message: object) -> bool:
    """Whether a message, or the delta of one, says something: text or a tool call."""
    if not isinstance(message, dict):
        return False
    content = message.get("content")
    return bool(content.strip() if isinstance(content, str) else content) or bool(message.get("tool_calls"))


def _is_completion(reply: Reply) -> Failure | None:
    if reply.json is None:
        return Failure(FailureKind.MALFORMED, f"200 but no JSON: {reply.text[:100] or 'an empty body'}")
    if isinstance(_choice(reply.json).get("message"), dict):
        return None
    match reply.json:
        case {"error": error} if error:
            return Failure(FailureKind.MALFORMED, f"200 but an error: {reply.error_message}")
    return Failure(FailureKind.MALFORMED, "200 but no choice with a message")


def _has_content(reply: Reply) -> Failure | None:
    choice = _choice(reply.json)
    return None if _says(choice.get("message")) else _empty(choice.get("finish_reason"))


def _has_finish_reason(reply: Reply) -> Failure | None:
    if _choice(reply.json).get("finish_reason"):
        return None
    return Failure(FailureKind.MALFORMED, "200 but no finish_reason")


def _has_usage(reply: Reply) -> Failure | None:
    return None if _counts_tokens(reply.json) else Failure(FailureKind.MALFORMED, "200 but no usage")


def _empty(finish_reason: object) -> Failure:
    hint = "; a reasoning model may need more max_tokens" if finish_reason == "length" else ""
    return Failure(FailureKind.EMPTY, f"200 but empty content (finish_reason {finish_reason}{hint})")


def _counts_tokens(body: Any) -> bool:
    match body:
        case {"usage": {"total_tokens": int() as total}}:
            return total > 0
    return False


completion = Check(_is_completion)
"""The body is a chat completion with at least one choice and its message."""
content_not_empty = Check(_has_content)
"""The first choice says something: text or a tool call."""
has_finish_reason = Check(_has_finish_reason)
"""The first choice says why it ended."""
has_usage = Check(_has_usage)
"""The body counts its tokens."""


def _stream_ended(reply: Reply) -> Failure | None:
    for chunk in reply.chunks:
        match chunk:
            case {"error": error} if error:
                said = error.get("message") if isinstance(error, dict) else error
                return Failure(FailureKind.STREAM_CUT, f"error event in the stream: {said}")
            case None:
                return Failure(FailureKind.MALFORMED, "an event of the stream is no JSON")
    if not reply.events:
        return Failure(FailureKind.MALFORMED, f"200 but no event: {reply.text[:100] or 'an empty body'}")
    if reply.events[-1] != END_OF_STREAM:
        return Failure(FailureKind.STREAM_CUT, f"the stream ended after {len(reply.events)} events, unfinished")
    return None


def _stream_has_content(reply: Reply) -> Failure | None:
    if any(_says(_choice(chunk).get("delta")) for chunk in reply.chunks):
        return None
    return _empty(_stream_finish_reason(reply))


def _stream_finish_reason(reply: Reply) -> object:
    reasons = (_choice(chunk).get("finish_reason") for chunk in reply.chunks)
    return next(filter(None, reasons), None)


def _stream_has_finish_reason(reply: Reply) -> Failure | None:
    if _stream_finish_reason(reply):
        return None
    return Failure(FailureKind.MALFORMED, "the stream ended without a finish_reason")


def _stream_has_usage(reply: Reply) -> Failure | None:
    if any(_counts_tokens(chunk) for chunk in reply.chunks):
        return None
    return Failure(FailureKind.MALFORMED, "the stream ended without usage")


stream_ended = Check(_stream_ended)
"""The stream ends with its terminator and carries no error event."""

chat_answered = status(200) & completion & content_not_empty & has_finish_reason & has_usage
"""A chat completion, not streamed, that a user would call an answer."""

chat_streamed = (
    status(200)
    & stream_ended
    & Check(_stream_has_content)
    & Check(_stream_has_finish_reason)
    & Check(_stream_has_usage)
)
"""A streamed chat completion that a user would call an answer."""
