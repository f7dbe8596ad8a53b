"""Gemini's generateContent."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.releases.provider.common import (
    Json,
    data_event,
    example_of,
    paced_stream,
    prompt_tokens,
    words_of,
)


async def gemini(request: Request) -> Response:
    """generateContent and streamGenerateContent; as the real one, `STOP` ends a function call, too."""
    body: Json = await request.json()
    settings = body.get("generationConfig") or {}
    words = words_of({**body, "max_tokens": settings.get("max_output_tokens")})
    parts: list[Json] = [{"text": word} for word in words]
    schemas = (settings.get(name) for name in ("response_schema", "response_json_schema", "responseJsonSchema"))
    if schema := next(filter(None, schemas), None):
        parts = [{"text": json.dumps(example_of(schema))}]
    if tools := body.get("tools"):
        function = next(iter(tools[0].values()))[0]
        arguments = example_of(function.get("parameters") or function.get("parametersJsonSchema") or {})
        parts = [{"functionCall": {"name": function["name"], "args": arguments}}]
    tokens = prompt_tokens(body)
    usage = {"promptTokenCount": tokens, "candidatesTokenCount": len(words), "totalTokenCount": tokens + len(words)}
    if ":streamGenerateContent" not in request.url.path:
        content = {"role": "model", "parts": parts}
        return JSONResponse(_candidate({"content": content, "finishReason": "STOP"}, usage))
    said = [_candidate({"content": {"role": "model", "parts": [part]}}, usage) for part in parts]
    end = _candidate({"content": {"role": "model", "parts": []}, "finishReason": "STOP"}, usage)
    return paced_stream(list(map(data_event, [*said, end])))


def _candidate(candidate: Json, usage: Json) -> Json:
    version = {"modelVersion": "gemini-2.5-flash", "responseId": "r1"}
    return {"candidates": [{"index": 0, **candidate}], "usageMetadata": usage, **version}
