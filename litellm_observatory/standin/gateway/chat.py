"""Chat completions: text, a call of the tool that is offered, or the JSON that is asked for."""

import time
from collections.abc import Iterator
from uuid import uuid4

from litellm_observatory.standin.gateway.formats import Asked, Format, Json, error, example_arguments, halves

USAGE = {"completion_tokens": 20, "prompt_tokens": 10, "total_tokens": 30}
LONG_TOKENS = 64
"""From this bound on an answer is as long as it may be, a word a token."""


def _thought(tokens: int) -> Json:
    """The usage of an answer whose tokens were all spent on reasoning."""
    details = {"reasoning_tokens": tokens}
    return {"completion_tokens": tokens, "prompt_tokens": 10, "total_tokens": 10 + tokens} | {
        "completion_tokens_details": details
    }


def _whole(asked: Asked, content: str | None) -> Json:
    if asked.spent:
        thought = {"role": "assistant", "content": None, "reasoning_content": "One word is wanted, so"}
        choices = [{"finish_reason": "length", "index": 0, "message": thought}]
        return _envelope("chat.completion", asked) | {"choices": choices, "usage": _thought(asked.spent)}
    if asked.refusal:
        refused = {"role": "assistant", "content": None, "refusal": asked.refusal}
        choices = [{"finish_reason": "stop", "index": 0, "message": refused}]
        return _envelope("chat.completion", asked) | {"choices": choices, "usage": USAGE}
    message: Json = {"content": _text(asked, content), "role": "assistant"}
    if tool := _tool(asked):
        message |= {"content": None, "tool_calls": [_call(tool, example_arguments(tool["parameters"]))]}
    finish = asked.finish_of_calls if tool else "stop"
    choices = [] if content is None else [{"finish_reason": finish, "index": 0, "message": message}]
    return _envelope("chat.completion", asked) | {"choices": choices, "usage": USAGE}


def _chunks(asked: Asked, content: str | None) -> list[Json]:
    """The same answer in pieces, the finish, and the usage if it was asked for."""
    envelope = _envelope("chat.completion.chunk", asked)
    if asked.spent:
        thought = {"role": "assistant", "content": None, "reasoning_content": "One word is wanted, so"}
        ends = {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}
        usage = {"choices": [{"index": 0, "delta": {}}], "usage": _thought(asked.spent)}
        return [envelope | chunk for chunk in ({"choices": [{"index": 0, "delta": thought}]}, ends, usage)]
    chunks: list[Json] = [{"choices": [{"index": 0, "delta": delta}]} for delta in _deltas(asked, content)]
    if content is None:
        chunks = [{"choices": []}]
    else:
        finish = asked.finish_of_calls if _tool(asked) and not asked.refusal else "stop"
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    if (asked.body.get("stream_options") or {}).get("include_usage"):
        chunks.append({"choices": [{"index": 0, "delta": {}}], "usage": USAGE})
    return [envelope | chunk for chunk in chunks]


def _deltas(asked: Asked, content: str | None) -> Iterator[Json]:
    """The pieces of a message; the first says whose it is."""
    if asked.refusal:
        yield {"role": "assistant", "content": None, "refusal": asked.refusal}
        return
    if tool := _tool(asked):
        yield {"role": "assistant", "tool_calls": [_call(tool, "") | {"index": 0}]}
        for piece in halves(example_arguments(tool["parameters"])):
            yield {"tool_calls": [{"index": 0, "type": "function", "function": {"arguments": piece}}]}
        return
    text = _text(asked, content)
    count = asked.body.get("max_tokens", 0)
    # numbered: LiteLLM takes a hundred equal chunks for a model that repeats itself, and ends the stream
    words = [f"{text} {number} " for number in range(count)]
    first, *rest = words if text and count >= LONG_TOKENS else halves(text)
    yield {"role": "assistant", "content": first}
    yield from ({"content": piece} for piece in rest)


def _text(asked: Asked, content: str | None) -> str:
    match asked.body.get("response_format"):
        case {"json_schema": {"schema": schema}} if content:
            return example_arguments(schema)
    return content or ""


def _tool(asked: Asked) -> Json | None:
    match asked.body.get("tools"):
        case [{"function": function}, *_]:
            found: Json = function
            return found
    return None


def _call(tool: Json, arguments: str) -> Json:
    return {"id": "call_1", "type": "function", "function": {"name": tool["name"], "arguments": arguments}}


def _envelope(kind: str, asked: Asked) -> Json:
    return {"id": f"chatcmpl-{uuid4()}", "created": int(time.time()), "model": asked.model.name, "object": kind}


CHAT = Format("chat", ("chat", None), "messages", _whole, _chunks, error)
