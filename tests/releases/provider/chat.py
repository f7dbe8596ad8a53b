"""OpenAI's and Azure's chat completions."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.releases.provider.common import (
    WORDS,
    Json,
    data_event,
    example_of,
    paced_stream,
    prompt_tokens,
    read_request,
    refuse,
    words_of,
)


async def openai_chat(request: Request) -> Response:
    body, model = await read_request(request)
    if model.startswith("status-"):
        return refuse(int(model.removeprefix("status-")))
    words = words_of(body)
    message: Json = {"role": "assistant", "content": "".join(words)}
    finish = "length" if len(words) < WORDS else "stop"
    if schema := (body.get("response_format") or {}).get("json_schema"):
        message["content"], finish = json.dumps(example_of(schema["schema"])), "stop"
    if tools := body.get("tools"):
        function = tools[0]["function"]
        call = {"name": function["name"], "arguments": json.dumps(example_of(function["parameters"]))}
        message = {"role": "assistant", "content": None, "tool_calls": [_call(call)]}
        finish = "tool_calls"
    tokens = prompt_tokens(body)
    usage = {"prompt_tokens": tokens, "completion_tokens": len(words), "total_tokens": tokens + len(words)}
    envelope = {"id": "chatcmpl-1", "created": 1_700_000_000, "model": model}
    if not body.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return JSONResponse({**envelope, "object": "chat.completion", "choices": [choice], "usage": usage})
    return paced_stream([*_openai_chunks(envelope, message, words, finish, usage, body)])


def _call(function: Json) -> Json:
    return {"id": "call_1", "type": "function", "function": function}


def _openai_chunks(
    envelope: Json, message: Json, words: list[str], finish: str, usage: Json, body: Json
) -> list[str]:
    deltas: list[Json] = [{"role": "assistant", "content": ""}, *({"content": word} for word in words)]
    if envelope["model"].startswith("thinker"):
        deltas[1:1] = [{"reasoning_content": "I think. "}, {"reasoning_content": "Therefore."}]
    if calls := message.get("tool_calls"):
        function = calls[0]["function"]
        half = len(function["arguments"]) // 2
        pieces = (function["arguments"][:half], function["arguments"][half:])
        opening = {"index": 0, **_call({"name": function["name"], "arguments": ""})}
        deltas = [
            {"role": "assistant", "content": None, "tool_calls": [opening]},
            *({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces),
        ]
    chunk = {**envelope, "object": "chat.completion.chunk"}
    with_usage = (body.get("stream_options") or {}).get("include_usage")
    said = [{**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    said.append({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    if with_usage:
        beside = [{"index": 0, "delta": {}}] if envelope["model"] == "usage-beside-choice" else []
        said.append({**chunk, "choices": beside, "usage": usage})
    if envelope["model"].startswith("broken"):
        error = {"message": "The server had an error while processing your request", "type": "server_error"}
        return [*map(data_event, said[:6]), data_event({"error": error})]
    return [*map(data_event, said), "data: [DONE]\n\n"]
