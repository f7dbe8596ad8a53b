"""Checks of OpenAI's Responses API, whole and streamed."""

from itertools import chain
from typing import Any

from litellm_observatory.core.wire.checks.check import (
    Check,
    has_usage,
    malformed,
    no_content,
    quote,
    spent_on_reasoning,
    status,
    stream_has_usage,
    unlike,
)
from litellm_observatory.core.wire.checks.streams import ends_with, error_of, type_of
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.text import in_words, string

_ENDED = ("completed", "incomplete")
"""`incomplete` is what a bound on tokens makes of an answer; what it says counts all the same."""


def is_response_token(chunk: Any) -> bool:
    """Whether an event of a streamed response brings text or a part of a call."""
    return string(type_of(chunk)).endswith(".delta") and bool(chunk.get("delta"))


def _is_response(reply: Reply) -> Failure | None:
    match reply.json:
        case {"object": "response", "status": "completed" | "incomplete", "output": list()}:
            return None
    return unlike(reply, "no completed response")


def _says_something(response: Any) -> Failure | None:
    items = [type_of(item) for item in output_of(response)]
    if _text(response).strip() or "function_call" in items:
        return None
    reason = response["incomplete_details"].get("reason") if _is_incomplete(response) else "none"
    reasoned = "reasoning" in items or spent_on_reasoning(response)
    refused = any(type_of(part) == "refusal" for part in _parts(response))
    return no_content(reason, cut="max_output_tokens", reasoned=reasoned, refused=refused)


def _is_incomplete(response: Any) -> bool:
    return isinstance(response, dict) and isinstance(response.get("incomplete_details"), dict)


def output_of(response: Any) -> list[Any]:
    """The items of a response; none where it has no list of them."""
    match response:
        case {"output": list() as items}:
            return items
    return []


def _text(response: Any) -> str:
    """All text of a response."""
    return "".join(string(part.get("text")) for part in _parts(response) if type_of(part) == "output_text")


def _parts(response: Any) -> list[Any]:
    """The parts of all messages of a response."""
    contents = (item.get("content") for item in output_of(response) if type_of(item) == "message")
    return list(chain.from_iterable(content for content in contents if isinstance(content, list)))


def last_response(reply: Reply) -> Any:
    """The whole response that a stream ends with."""
    match reply.chunks:
        case [*_, {"response": response}]:
            return response
    return None


def _is_ended(reply: Reply) -> bool:
    return bool(reply.chunks) and type_of(reply.chunks[-1]) in [f"response.{how}" for how in _ENDED]


def _reports_failure_as_event(reply: Reply) -> Failure | None:
    """Clients read a failure by its type; LiteLLM before #40243 sent a frame of chat completions."""
    for chunk in reply.chunks:
        match chunk:
            case {"error": error} if error and type_of(chunk) is None:
                said = in_words(error_of(chunk))
                return Failure(FailureKind.STREAM_CUT, f"error event in the shape of another API: {said}")
    return None


def _begins(reply: Reply) -> Failure | None:
    first = type_of(reply.chunks[0])
    return (
        None
        if first == "response.created"
        else malformed(f"the stream begins with {quote(first)}, no response.created")
    )


def _adds_up(reply: Reply) -> Failure | None:
    """A client that shows the pieces and one that shows the end must show the same."""
    pieces = [chunk.get("delta") for chunk in reply.chunks if type_of(chunk) == "response.output_text.delta"]
    whole = _text(last_response(reply))
    if "".join(map(string, pieces)) == whole:
        return None
    return malformed(f"the {len(pieces)} pieces of text are not the text that the stream ends with")


def _stream_says_something(reply: Reply) -> Failure | None:
    return _says_something(last_response(reply))


response_answered = status(200) & Check(_is_response) & Check(lambda reply: _says_something(reply.json)) & has_usage
"""A response, not streamed, that a user would call an answer."""

response_streamed = (
    status(200)
    & Check(_reports_failure_as_event)
    & ends_with(_is_ended)
    & Check(_begins)
    & Check(_stream_says_something)
    & Check(_adds_up)
    & stream_has_usage(lambda reply: [last_response(reply)])
)
"""A streamed response: from `response.created` to `response.completed`, its pieces the whole of it."""
