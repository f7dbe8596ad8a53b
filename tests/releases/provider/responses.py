"""OpenAI's Responses API."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.releases.provider.common import (
    WORDS,
    Json,
    example_of,
    named_event,
    paced_stream,
    prompt_tokens,
    read_request,
    refuse,
    words_of,
)


async def openai_responses(request: Request) -> Response:
    body, model = await read_request(request)
    text = "".join(words_of(body))
    tokens = prompt_tokens(body)
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
        arguments = json.dumps(example_of(function["parameters"]))
        item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": function["name"]}
        item |= {"arguments": arguments, "status": "completed"}
    whole = _response(model, "completed", body) | {"output": [item], "usage": usage}
    if model.startswith("status-"):
        return refuse(int(model.removeprefix("status-")))
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
    return paced_stream([named_event({**event, "sequence_number": number}) for number, event in enumerate(events)])


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
