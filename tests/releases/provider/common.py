"""What every provider shares: the words of an answer, the tokens of a prompt, and streams at a pace."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

Json = dict[str, Any]
SLOW_SECONDS = 1.0
CHUNK_SECONDS = 0.004
WORDS = 24
"""Words of an answer, where the bound on tokens allows so many; a long one is as long as it may be."""
LONG = 64


def words_of(body: Json) -> list[str]:
    """The answer, a token a word; numbered, for LiteLLM ends a stream that repeats itself."""
    bound = body.get("max_tokens") or body.get("max_completion_tokens") or body.get("max_output_tokens") or WORDS
    count = bound if bound >= LONG and "Count" in json.dumps(body) else min(bound, WORDS)
    return [f"word-{number} " for number in range(int(count))]


def prompt_tokens(body: Json) -> int:
    said = json.dumps(body.get("messages") or body.get("input") or body.get("contents") or "")
    return 5 + len(said.split())


def example_of(schema: Json) -> Json:
    """An object as a schema of flat strings wants it."""
    return {name: (field.get("enum") or ["ok"])[0] for name, field in (schema.get("properties") or {}).items()}


async def read_request(request: Request) -> tuple[Json, str]:
    """The body and the model that it is for; slow models take their time."""
    body: Json = await request.json()
    model = str(body.get("model") or request.path_params.get("model") or "")
    if model.startswith("slow"):
        await asyncio.sleep(SLOW_SECONDS)
    return body, model


def paced_stream(events: Sequence[str]) -> Response:
    async def paced() -> AsyncIterator[str]:
        for event in events:
            yield event
            await asyncio.sleep(CHUNK_SECONDS)

    return StreamingResponse(paced(), media_type="text/event-stream")


def data_event(event: Json) -> str:
    return f"data: {json.dumps(event)}\n\n"


def named_event(event: Json) -> str:
    return f"event: {event['type']}\n{data_event(event)}"


def refuse(status: int) -> Response:
    error = {"message": f"refused with {status}", "type": "server_error", "param": None, "code": None}
    return JSONResponse({"error": error}, status, {"retry-after": "7"} if status == 429 else None)
