"""Anthropic's Messages API."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.releases.provider.common import (
    Json,
    example_of,
    named_event,
    paced_stream,
    prompt_tokens,
    read_request,
    words_of,
)


async def anthropic_messages(request: Request) -> Response:
    body, model = await read_request(request)
    words = words_of(body)
    block: Json = {"type": "text", "text": "".join(words)}
    stop = "end_turn"
    if tools := body.get("tools"):
        block = {"type": "tool_use", "id": "toolu_1", "name": tools[0]["name"]}
        block["input"] = example_of(tools[0].get("input_schema") or {})
        stop = "tool_use"
    usage = {"input_tokens": prompt_tokens(body), "output_tokens": len(words)}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "stop_sequence": None}
    if not body.get("stream"):
        return JSONResponse({**message, "content": [block], "stop_reason": stop, "usage": usage})
    start: Json = {**message, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    opening: Json = {"type": "text", "text": ""}
    deltas: list[Json] = [{"type": "text_delta", "text": word} for word in words]
    if stop == "tool_use":
        opening = {**block, "input": {}}
        text = json.dumps(block["input"])
        half = len(text) // 2
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in (text[:half], text[half:])]
    events: list[Json] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": opening},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]
    return paced_stream(list(map(named_event, events)))
