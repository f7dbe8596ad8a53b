"""What the official Python clients make of an answer: their own parsers over the bytes that came.

The rule: what the client that users use cannot read, or reads wrongly, is a failure; what it reads well is none. So
the answer is read as users read it, not strictly; beside that, a field of another type or value than the client's own
types have is reported, since typed clients of other languages reject it. What is missing or null counts only where
the client itself fails over it.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import anthropic
import httpx2
import openai
from anthropic.types import Message
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response

from litellm_observatory.core.wire.checks.check import Check, malformed
from litellm_observatory.core.wire.checks.misfits import ends_of, misfit, read_of
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.reply import Reply

URL = "http://gateway.invalid"
MOST_BYTES = 256 * 1024
MOST_VALUES = 1024
"""Values of a whole answer that a client reads, a list or an object counting as four; real ones have some 100."""

MOST_NUMBERS = 16_384
"""The same of an embedding; the longest vectors known have some 12,000 numbers."""

MOST_EVENTS = 512
"""Lines with an event's data of a stream that a client reads, each of which takes it some 0.4 ms.

Of a MiB of small events it would take a minute. What is beyond one of these bounds the other checks judge alone. No
paced traffic waits meanwhile: clients read the contract's answers, one after the other.
"""

ASKED: Mapping[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
ENDS = (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError)
"""How the client says that an answer was cut: it has read it well."""

_OTHER_IDS = "identity changed"
"""LiteLLM gives a response other ids as it goes on where it bridges another API; who iterates reads it well."""


def _openai(reply: Reply) -> openai.OpenAI:
    return openai.OpenAI(api_key="none", base_url=f"{URL}/v1", max_retries=0, http_client=_http(reply))


def _anthropic(reply: Reply) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key="none", base_url=URL, max_retries=0, http_client=_http(reply))


def _http(reply: Reply) -> httpx2.Client:
    """A client without a network, whose every answer is the reply; its body is decoded already."""
    kind = reply.headers.get("content-type") or "application/json"
    answer = httpx2.MockTransport(
        lambda request: httpx2.Response(reply.status, headers={"content-type": kind}, content=reply.body)
    )
    return httpx2.Client(transport=answer, trust_env=False)


def _reading(name: str, read: Callable[[Reply], str | None], is_longer: Callable[[Reply], bool]) -> Check:
    """A check by a client's parser; `read` says what the client loses, and raises what the client raises."""

    def find(reply: Reply) -> Failure | None:
        if len(reply.body) > MOST_BYTES or is_longer(reply):
            return None
        try:
            with warnings.catch_warnings(action="ignore"):  # pydantic's quote the answer
                lost = read(reply)
        except ENDS:
            return None
        except Exception as error:
            return malformed(f"the {name} client cannot read it: {type(error).__name__}: {str(error)[:120]}")
        return malformed(f"the {name} client {lost}") if lost else None

    return Check(find)


def _has_more_values(most: int) -> Callable[[Reply], bool]:
    return lambda reply: reply.values > most


def _has_more_events(reply: Reply) -> bool:
    """By lines: a client takes its time for each, whether they make an event or not."""
    return reply.lines > 4 * MOST_EVENTS or reply.body.count(b"data") > MOST_EVENTS


def _chat(reply: Reply) -> str | None:
    answer = _openai(reply).chat.completions.create(**ASKED)
    if not answer.choices:
        return "finds no choice"
    return misfit(ChatCompletion, [read_of(reply.json, "id", "object", "created", "model", "choices", "usage")])


def _chat_stream(reply: Reply) -> str | None:
    ids = {chunk.get("id") for chunk in reply.chunks if isinstance(chunk, dict) and chunk.get("choices")}
    if len(ids - {None, ""}) > 1:
        return f"sees {len(ids)} answers in one stream: its chunks have different ids"
    if wrong := misfit(ChatCompletionChunk, ends_of(reply.chunks)):
        return wrong
    said = ""
    with _openai(reply).chat.completions.stream(**ASKED) as stream:
        for event in stream:
            said += event.delta if event.type == "content.delta" else ""
        text = stream.get_final_completion().choices[0].message.content or ""
    return None if said == text else f"loses text: {len(said)} characters came, {len(text)} are left"


def _response(reply: Reply) -> str | None:
    _openai(reply).responses.create(model="m", input="x").output_text  # noqa: B018  a property that reads the items
    return misfit(Response, [read_of(reply.json, "id", "object", "created_at", "model", "status", "output", "usage")])


def _response_stream(reply: Reply) -> str | None:
    said = ""
    with _openai(reply).responses.stream(model="m", input="x") as stream:
        try:
            for event in stream:
                said += event.delta if event.type == "response.output_text.delta" else ""
        except RuntimeError as error:
            if _OTHER_IDS in str(error):
                return None
            raise
        text = stream.get_final_response().output_text
    return None if said == text else f"loses text: {len(said)} characters came, {len(text)} are left"


def _message(reply: Reply) -> str | None:
    _anthropic(reply).messages.create(**ASKED, max_tokens=16)
    return misfit(Message, [read_of(reply.json, "id", "type", "role", "model", "content", "stop_reason", "usage")])


def _message_stream(reply: Reply) -> str | None:
    came = sum(_length(chunk.get("delta")) for chunk in reply.chunks if _is_delta(chunk))
    with _anthropic(reply).messages.stream(**ASKED, max_tokens=16) as stream:
        held = 0
        for event in stream:
            if event.type == "content_block_start":
                came += _length(event.content_block.model_dump())
        for block in stream.get_final_message().content:
            held += _length(block.model_dump())
    return f"loses content: {came} characters came, {held} are left" if held < came else None


def _is_delta(chunk: Any) -> bool:
    return isinstance(chunk, dict) and chunk.get("type") == "content_block_delta"


def _length(part: object) -> int:
    """Characters of text and of thinking in a block of content, or in a piece of one."""
    if not isinstance(part, dict):
        return 0
    return sum(len(text) for name in ("text", "thinking") if isinstance(text := part.get(name), str))


def _embedding(reply: Reply) -> str | None:
    vector = _openai(reply).embeddings.create(model="m", input="x").data[0].embedding
    return None if vector and all(isinstance(number, float) for number in vector) else "reads no vector of numbers"


def _whole(name: str, read: Callable[[Reply], str | None]) -> Check:
    return _reading(name, read, _has_more_values(MOST_VALUES))


def _stream(name: str, read: Callable[[Reply], str | None]) -> Check:
    return _reading(name, read, _has_more_events)


_READERS: Mapping[str, tuple[Check, Check | None]] = {
    "/v1/chat/completions": (_whole("openai", _chat), _stream("openai", _chat_stream)),
    "/v1/responses": (_whole("openai", _response), _stream("openai", _response_stream)),
    "/v1/messages": (_whole("anthropic", _message), _stream("anthropic", _message_stream)),
    "/v1/embeddings": (_reading("openai", _embedding, _has_more_values(MOST_NUMBERS)), None),
}


def reads_as_users_do(path: str, *, streamed: bool) -> Check:
    """The client that users of this path have reads the answer, whole or `streamed`, and loses nothing of it.

    Raises KeyError for a path that no client is known for.
    """
    whole, stream = _READERS[path]
    return stream if streamed and stream else whole
