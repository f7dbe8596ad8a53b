"""OpenAI's Responses API. LiteLLM passes no `event:` lines on (1.106.2) and ends with `[DONE]`."""

from litellm_observatory.standin.gateway.formats import Asked, Format, Json, example_arguments, halves

USAGE = {"input_tokens": 10, "output_tokens": 20, "total_tokens": 30}
ITEM = {"type": "message", "id": "msg_1", "role": "assistant"}
CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1"}
AT = {"item_id": "msg_1", "output_index": 0, "content_index": 0}


def _whole(asked: Asked, content: str | None) -> Json:
    if asked.spent:
        usage = USAGE | {"output_tokens": asked.spent, "output_tokens_details": {"reasoning_tokens": asked.spent}}
        cut = {"incomplete_details": {"reason": "max_output_tokens"}, "usage": usage}
        thought = [{"type": "reasoning", "id": "rs_1", "summary": []}]
        return _response(asked, "incomplete") | {"output": thought} | cut
    if content and (tools := asked.body.get("tools")):
        call = CALL | {"name": tools[0]["name"], "arguments": example_arguments(tools[0]["parameters"])}
        return _response(asked, "completed") | {"output": [call | {"status": "completed"}], "usage": USAGE}
    part: Json = {"type": "output_text", "text": content, "annotations": []}
    output = [] if content is None else [ITEM | {"status": "completed", "content": [part]}]
    return _response(asked, "completed") | {"output": output, "usage": USAGE}


def _chunks(asked: Asked, content: str | None) -> list[Json]:
    begun = _response(asked, "in_progress")
    whole = _whole(asked, content)
    chunks: list[Json] = [{"type": f"response.{name}", "response": begun} for name in ("created", "in_progress")]
    for item in whole["output"]:
        if item["type"] == "function_call":
            chunks += _call_chunks(item)
            continue
        if item["type"] == "reasoning":
            chunks += [
                {"type": f"response.output_item.{name}", "output_index": 0, "item": item}
                for name in ("added", "done")
            ]
            continue
        added = ITEM | {"status": "in_progress", "content": []}
        chunks.append({"type": "response.output_item.added", "output_index": 0, "item": added})
        part = item["content"][0]
        chunks.append({"type": "response.content_part.added", **AT, "part": part | {"text": ""}})
        chunks += [{"type": "response.output_text.delta", **AT, "delta": piece} for piece in halves(content or "")]
        chunks.append({"type": "response.output_text.done", **AT, "text": content})
        chunks.append({"type": "response.content_part.done", **AT, "part": part})
        chunks.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    chunks.append({"type": f"response.{whole['status']}", "response": whole})
    return [chunk | {"sequence_number": number} for number, chunk in enumerate(chunks)]


def _call_chunks(item: Json) -> list[Json]:
    """A function call in pieces, announced first."""
    at = {"item_id": item["id"], "output_index": 0}
    added = {"type": "response.output_item.added", "item": item | {"arguments": "", "status": "in_progress"}}
    deltas = halves(item["arguments"])
    return [
        at | added,
        *({"type": "response.function_call_arguments.delta", **at, "delta": delta} for delta in deltas),
        {"type": "response.function_call_arguments.done", **at, "arguments": item["arguments"]},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
    ]


def _failed(status: int, message: str) -> Json:
    failed = {"id": "resp_1", "object": "response", "status": "failed", "output": []}
    return {"type": "response.failed", "response": failed | {"error": {"code": "server_error", "message": message}}}


def _response(asked: Asked, status: str) -> Json:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": asked.model.name,
        "status": status,
        "error": None,
        "incomplete_details": None,
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }


RESPONSES = Format("responses", ("chat", None), "input", _whole, _chunks, _failed)
