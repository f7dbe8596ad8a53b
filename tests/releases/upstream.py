"""The provider behind the releases: OpenAI, Azure, Anthropic, Gemini and vLLM as far as the suites go.

Which provider is asked shows in the path. An answer follows from the model's name and the request alone: `broken`
fails in the middle of a stream, `slow` takes its time, `thinker` reasons first, `status-429` is answered so, of
`usage-beside-choice` the last chunk has a choice beside its usage. Prompt tokens count the words of the prompt.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from tests.gateway.app import Gateway
from tests.gateway.serving import serve_until_signalled

Json = dict[str, Any]
SLOW_SECONDS = 1.0
CHUNK_SECONDS = 0.004
WORDS = 24
"""Words of an answer, where the bound on tokens allows so many; a long one is as long as it may be."""
LONG = 64
SERVERS = ("weather", "clock")
"""Its MCP servers."""


def provider(gateway: Gateway) -> ASGIApp:
    """The provider; what it does not know itself is `gateway`'s, MCP servers among it."""
    return Starlette(
        routes=[
            Route("/v1/chat/completions", _openai_chat, methods=["POST"]),
            Route("/openai/deployments/{model}/chat/completions", _openai_chat, methods=["POST"]),
            Route("/v1/responses", _openai_responses, methods=["POST"]),
            Route("/openai/responses", _openai_responses, methods=["POST"]),
            Route("/v1/embeddings", _openai_embeddings, methods=["POST"]),
            Route("/vllm/v1/embeddings", _vllm_embeddings, methods=["POST"]),
            Route("/anthropic/v1/messages", _anthropic_messages, methods=["POST"]),
            Route("/gemini/{call:path}", _gemini, methods=["POST"]),
            Mount("/", gateway),
        ]
    )


def _words(body: Json) -> list[str]:
    """The answer, a token a word; numbered, for LiteLLM ends a stream that repeats itself."""
    bound = body.get("max_tokens") or body.get("max_completion_tokens") or body.get("max_output_tokens") or WORDS
    count = bound if bound >= LONG and "Count" in json.dumps(body) else min(bound, WORDS)
    return [f"word-{number} " for number in range(int(count))]


def _prompt_tokens(body: Json) -> int:
    said = json.dumps(body.get("messages") or body.get("input") or body.get("contents") or "")
    return 5 + len(said.split())


def _example(schema: Json) -> Json:
    """An object as a schema of flat strings wants it."""
    return {name: (field.get("enum") or ["ok"])[0] for name, field in (schema.get("properties") or {}).items()}


async def _read(request: Request) -> tuple[Json, str]:
    """The body and the model that it is for; slow models take their time."""
    body: Json = await request.json()
    model = str(body.get("model") or request.path_params.get("model") or "")
    if model.startswith("slow"):
        await asyncio.sleep(SLOW_SECONDS)
    return body, model


def _stream(events: Sequence[str]) -> Response:
    async def paced() -> AsyncIterator[str]:
        for event in events:
            yield event
            await asyncio.sleep(CHUNK_SECONDS)

    return StreamingResponse(paced(), media_type="text/event-stream")


def _data(event: Json) -> str:
    return f"data: {json.dumps(event)}\n\n"


def _named(event: Json) -> str:
    return f"event: {event['type']}\n{_data(event)}"


# OpenAI, chat


async def _openai_chat(request: Request) -> Response:
    body, model = await _read(request)
    if model.startswith("status-"):
        return _refuse(int(model.removeprefix("status-")))
    words = _words(body)
    message: Json = {"role": "assistant", "content": "".join(words)}
    finish = "length" if len(words) < WORDS else "stop"
    if schema := (body.get("response_format") or {}).get("json_schema"):
        message["content"], finish = json.dumps(_example(schema["schema"])), "stop"
    if tools := body.get("tools"):
        function = tools[0]["function"]
        call = {"name": function["name"], "arguments": json.dumps(_example(function["parameters"]))}
        message = {"role": "assistant", "content": None, "tool_calls": [_call(call)]}
        finish = "tool_calls"
    tokens = _prompt_tokens(body)
    usage = {"prompt_tokens": tokens, "completion_tokens": len(words), "total_tokens": tokens + len(words)}
    envelope = {"id": "chatcmpl-1", "created": 1_700_000_000, "model": model}
    if not body.get("stream"):
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return JSONResponse({**envelope, "object": "chat.completion", "choices": [choice], "usage": usage})
    return _stream([*_openai_chunks(envelope, message, words, finish, usage, body)])


def _refuse(status: int) -> Response:
    error = {"message": f"refused with {status}", "type": "server_error", "param": None, "code": None}
    return JSONResponse({"error": error}, status, {"retry-after": "7"} if status == 429 else None)


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
        return [*map(_data, said[:6]), _data({"error": error})]
    return [*map(_data, said), "data: [DONE]\n\n"]


# OpenAI, responses


async def _openai_responses(request: Request) -> Response:
    body, model = await _read(request)
    text = "".join(_words(body))
    tokens = _prompt_tokens(body)
    usage = {
        "input_tokens": tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": WORDS,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens + WORDS,
    }
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    item: Json = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    if tools := body.get("tools"):
        function = tools[0]
        arguments = json.dumps(_example(function["parameters"]))
        item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": function["name"]}
        item |= {"arguments": arguments, "status": "completed"}
    whole = _response(model, "completed", body) | {"output": [item], "usage": usage}
    if model.startswith("status-"):
        return _refuse(int(model.removeprefix("status-")))
    if not body.get("stream"):
        return JSONResponse(whole)
    begun = _response(model, "in_progress", body)
    events: list[Json] = [{"type": f"response.{name}", "response": begun} for name in ("created", "in_progress")]
    if model.startswith("broken"):
        error = {"code": "server_error", "message": "The server had an error while processing your request"}
        failed = _response(model, "failed", body) | {"error": error}
        events.append({"type": "response.failed", "response": failed})
    else:
        events += [*_item_events(item), {"type": "response.completed", "response": whole}]
    return _stream([_named({**event, "sequence_number": number}) for number, event in enumerate(events)])


def _item_events(item: Json) -> list[Json]:
    at: Json = {"item_id": item["id"], "output_index": 0}
    done = {"type": "response.output_item.done", "output_index": 0, "item": item}
    if item["type"] == "function_call":
        empty = {**item, "arguments": "", "status": "in_progress"}
        half = len(item["arguments"]) // 2
        pieces = (item["arguments"][:half], item["arguments"][half:])
        return [
            {"type": "response.output_item.added", "output_index": 0, "item": empty},
            *({"type": "response.function_call_arguments.delta", **at, "delta": piece} for piece in pieces),
            {"type": "response.function_call_arguments.done", **at, "arguments": item["arguments"]},
            done,
        ]
    part = item["content"][0]
    at["content_index"] = 0
    added = {**item, "content": [], "status": "in_progress"}
    deltas = [word + " " for word in part["text"].split()]
    return [
        {"type": "response.output_item.added", "output_index": 0, "item": added},
        {"type": "response.content_part.added", **at, "part": {**part, "text": ""}},
        *({"type": "response.output_text.delta", **at, "delta": delta, "logprobs": []} for delta in deltas),
        {"type": "response.output_text.done", **at, "text": part["text"], "logprobs": []},
        {"type": "response.content_part.done", **at, "part": part},
        done,
    ]


def _response(model: str, status: str, body: Json) -> Json:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": body.get("max_output_tokens"),
        "model": model,
        "output": [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "store": True,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": body.get("tools") or [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": None,
        "user": None,
        "metadata": {},
    }


# embeddings


async def _openai_embeddings(request: Request) -> Response:
    body, model = await _read(request)
    vector: object = (
        "AACAPgAAAL8AAAA+AACAPw==" if body.get("encoding_format") == "base64" else [0.25, -0.5, 0.125, 1.0]
    )
    tokens = _prompt_tokens(body)
    return JSONResponse(
        {
            "object": "list",
            "model": model,
            "data": [{"object": "embedding", "index": 0, "embedding": vector}],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
    )


async def _vllm_embeddings(request: Request) -> Response:
    """vLLM refuses what OpenAI overlooks: an encoding that is named but is none."""
    body = await request.json()
    if "encoding_format" in body and body["encoding_format"] not in ("float", "base64"):
        said = "1 validation error: encoding_format: Input should be 'float' or 'base64'"
        return JSONResponse({"error": {"message": said, "type": "BadRequestError", "code": 400}}, 400)
    return await _openai_embeddings(request)


# Anthropic


async def _anthropic_messages(request: Request) -> Response:
    body, model = await _read(request)
    words = _words(body)
    block: Json = {"type": "text", "text": "".join(words)}
    stop = "end_turn"
    if tools := body.get("tools"):
        block = {"type": "tool_use", "id": "toolu_1", "name": tools[0]["name"]}
        block["input"] = _example(tools[0].get("input_schema") or {})
        stop = "tool_use"
    usage = {"input_tokens": _prompt_tokens(body), "output_tokens": len(words)}
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
    return _stream(list(map(_named, events)))


# Gemini


async def _gemini(request: Request) -> Response:
    """generateContent and streamGenerateContent; as the real one, `STOP` ends a function call, too."""
    body: Json = await request.json()
    settings = body.get("generationConfig") or {}
    words = _words({**body, "max_tokens": settings.get("max_output_tokens")})
    parts: list[Json] = [{"text": word} for word in words]
    schemas = (settings.get(name) for name in ("response_schema", "response_json_schema", "responseJsonSchema"))
    if schema := next(filter(None, schemas), None):
        parts = [{"text": json.dumps(_example(schema))}]
    if tools := body.get("tools"):
        function = next(iter(tools[0].values()))[0]
        arguments = _example(function.get("parameters") or function.get("parametersJsonSchema") or {})
        parts = [{"functionCall": {"name": function["name"], "args": arguments}}]
    tokens = _prompt_tokens(body)
    usage = {"promptTokenCount": tokens, "candidatesTokenCount": len(words), "totalTokenCount": tokens + len(words)}
    if ":streamGenerateContent" not in request.url.path:
        content = {"role": "model", "parts": parts}
        return JSONResponse(_candidate({"content": content, "finishReason": "STOP"}, usage))
    said = [_candidate({"content": {"role": "model", "parts": [part]}}, usage) for part in parts]
    end = _candidate({"content": {"role": "model", "parts": []}, "finishReason": "STOP"}, usage)
    return _stream(list(map(_data, [*said, end])))


def _candidate(candidate: Json, usage: Json) -> Json:
    version = {"modelVersion": "gemini-2.5-flash", "responseId": "r1"}
    return {"candidates": [{"index": 0, **candidate}], "usageMetadata": usage, **version}


if __name__ == "__main__":
    serve_until_signalled(provider(Gateway([], key=None, servers=SERVERS)), 0)
