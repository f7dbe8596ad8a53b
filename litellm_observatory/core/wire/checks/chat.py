"""Checks of chat completions, whole and streamed."""

from typing import Any

from litellm_observatory.core.wire.checks.check import (
    Check,
    has_usage,
    malformed,
    no_content,
    spent_on_reasoning,
    status,
    stream_has_usage,
    unlike,
)
from litellm_observatory.core.wire.checks.streams import ends_with
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.reply import END_OF_STREAM, Reply

_REASONING = ("reasoning_content", "reasoning", "thinking_blocks")


def choice_of(body: Any) -> dict[str, Any]:
    """The first choice of a chat completion or of a chunk, {} when the body has no such shape."""
    match body:
        case {"choices": [dict() as choice, *_]}:
            return choice
    return {}


def _says(message: object) -> bool:
    """Whether a message, or the delta of one, says something that a user sees: text or a tool call."""
    match message:
        case {"tool_calls": list() as calls} if calls:
            return True
        case {"content": str() as text}:
            return bool(text.strip())
        case {"content": list() as parts}:
            return any(isinstance(part, dict) and str(part.get("text") or "").strip() for part in parts)
    return False


def _thinks(message: object) -> bool:
    """Whether a message, or the delta of one, holds reasoning, by the names that LiteLLM and vLLM give it."""
    return isinstance(message, dict) and any(message.get(name) for name in _REASONING)


def _refuses(message: object) -> bool:
    return isinstance(message, dict) and bool(message.get("refusal"))


def _is_completion(reply: Reply) -> Failure | None:
    is_one = isinstance(choice_of(reply.json).get("message"), dict)
    return None if is_one else unlike(reply, "no choice with a message")


def _has_content(reply: Reply) -> Failure | None:
    choice = choice_of(reply.json)
    message = choice.get("message")
    if _says(message):
        return None
    reasoned = _thinks(message) or spent_on_reasoning(reply.json)
    return no_content(choice.get("finish_reason"), cut="length", reasoned=reasoned, refused=_refuses(message))


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
    """Whether a chunk of a streamed completion brings something of the answer, or of the reasoning before it."""
    delta = choice_of(chunk).get("delta")
    return _says(delta) or _thinks(delta)


def _stream_has_content(reply: Reply) -> Failure | None:
    deltas = [choice_of(chunk).get("delta") for chunk in reply.chunks]
    if any(map(_says, deltas)):
        return None
    reasoned = any(map(_thinks, deltas)) or any(map(spent_on_reasoning, reply.chunks))
    return no_content(
        finish_reason_of_stream(reply), cut="length", reasoned=reasoned, refused=any(map(_refuses, deltas))
    )


def finish_reason_of_stream(reply: Reply) -> object:
    """Why a streamed completion says that it ended; None when it does not."""
    return next(iter(_finish_reasons(reply)), None)


def _finish_reasons(reply: Reply) -> list[object]:
    return [reason for chunk in reply.chunks if (reason := choice_of(chunk).get("finish_reason"))]


def _stream_has_finish_reason(reply: Reply) -> Failure | None:
    if finish_reason_of_stream(reply):
        return None
    return malformed("the stream ended without a finish_reason")


def _ends_once(reply: Reply) -> Failure | None:
    """Clients take the first finish reason, or the last: where they differ, one of them reads it wrongly."""
    reasons = list(dict.fromkeys(map(str, _finish_reasons(reply))))
    return malformed(f"the stream ends twice, as {' and as '.join(reasons[:5])}") if len(reasons) > 1 else None


ends_once = Check(_ends_once)
"""A streamed completion gives one finish reason."""
stream_ended = ends_with(lambda reply: reply.events[-1].data == END_OF_STREAM)
"""The stream ends with its terminator and carries no error event."""

chat_answered = status(200) & completion & content_not_empty & has_finish_reason & has_usage
"""A chat completion, not streamed, that a user would call an answer."""

chat_streamed = (
    status(200)
    & stream_ended
    & Check(_stream_has_content)
    & Check(_stream_has_finish_reason)
    & stream_has_usage(lambda reply: reply.chunks)
)
"""A streamed chat completion that a user would call an answer."""
