"""Checks of chat completions, whole and streamed."""

from typing import Any

from suites.wire.checks.check import Check, counts_tokens, empty, has_usage, malformed, status, unlike
from suites.wire.checks.streams import ends_with
from suites.wire.failures import Failure
from suites.wire.reply import END_OF_STREAM, Reply


def choice_of(body: Any) -> dict[str, Any]:
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
    is_one = isinstance(choice_of(reply.json).get("message"), dict)
    return None if is_one else unlike(reply, "no choice with a message")


def _has_content(reply: Reply) -> Failure | None:
    choice = choice_of(reply.json)
    return None if _says(choice.get("message")) else empty(choice.get("finish_reason"), cut="length")


def _has_finish_reason(reply: Reply) -> Failure | None:
    if choice_of(reply.json).get("finish_reason"):
        return None
    return malformed("200 but no finish_reason")


completion = Check(_is_completion)
"""The body is a chat completion with at least one choice and its message."""
content_not_empty = Check(_has_content)
"""The first choice says something: text or a tool call."""
has_finish_reason = Check(_has_finish_reason)
"""The first choice says why it ended."""


def is_chat_token(chunk: Any) -> bool:
    """Whether a chunk of a streamed completion brings something of the answer."""
    return _says(choice_of(chunk).get("delta"))


def _stream_has_content(reply: Reply) -> Failure | None:
    if any(map(is_chat_token, reply.chunks)):
        return None
    return empty(finish_reason_of_stream(reply), cut="length")


def finish_reason_of_stream(reply: Reply) -> object:
    """Why a streamed completion says that it ended; None when it does not."""
    reasons = (choice_of(chunk).get("finish_reason") for chunk in reply.chunks)
    return next(filter(None, reasons), None)


def _stream_has_finish_reason(reply: Reply) -> Failure | None:
    if finish_reason_of_stream(reply):
        return None
    return malformed("the stream ended without a finish_reason")


def _stream_has_usage(reply: Reply) -> Failure | None:
    if any(counts_tokens(chunk) for chunk in reply.chunks):
        return None
    return malformed("the stream ended without usage")


stream_ended = ends_with(lambda reply: reply.events[-1].data == END_OF_STREAM)
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
