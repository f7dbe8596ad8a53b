"""Anthropic's Messages API. Events are named, and there is no `[DONE]`."""

import json

from litellm_observatory.standin.gateway.formats import Asked, Format, Json, example_arguments, halves

USAGE = {"input_tokens": 10, "output_tokens": 20}


def _whole(asked: Asked, content: str | None) -> Json:
    if call := _call(asked, content):
        return _message(asked) | {"content": [call], "stop_reason": "tool_use", "usage": USAGE}
    blocks = [] if content is None else [{"type": "text", "text": content}]
    return _message(asked) | {"content": blocks, "stop_reason": "end_turn", "usage": USAGE}


def _chunks(asked: Asked, content: str | None) -> list[Json]:
    start = _message(asked) | {"content": [], "stop_reason": None, "usage": {"input_tokens": 0, "output_tokens": 0}}
    block: list[Json] = []
    if content is not None:
        opening: Json = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": piece} for piece in halves(content)]
        if call := _call(asked, content):
            opening = call | {"input": {}}
            deltas = [
                {"type": "input_json_delta", "partial_json": piece} for piece in halves(json.dumps(call["input"]))
            ]
        block = [
            {"type": "content_block_start", "index": 0, "content_block": opening},
            *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
            {"type": "content_block_stop", "index": 0},
        ]
    stop = {"stop_reason": "tool_use" if _call(asked, content) else "end_turn", "stop_sequence": None}
    return [
        {"type": "message_start", "message": start},
        *block,
        {"type": "message_delta", "delta": stop, "usage": USAGE},
        {"type": "message_stop"},
    ]


def _call(asked: Asked, content: str | None) -> Json | None:
    """The call of the tool that is offered."""
    match asked.body.get("tools"):
        case [{"name": name, "input_schema": schema}, *_] if content:
            return {"type": "tool_use", "id": "toolu_1", "name": name, "input": json.loads(example_arguments(schema))}
    return None


def _error(status: int, message: str) -> Json:
    return {"type": "error", "error": {"type": "api_error", "message": message}}


def _message(asked: Asked) -> Json:
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": asked.model.name, "stop_sequence": None}


MESSAGES = Format("messages", ("chat", None), "messages", _whole, _chunks, _error, names_events=True, says_done=False)
