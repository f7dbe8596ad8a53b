"""OpenAI's embeddings, and vLLM's, which checks what it is sent."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.releases.provider.common import prompt_tokens, read_request


async def openai_embeddings(request: Request) -> Response:
    body, model = await read_request(request)
    vector: object = (
        "AACAPgAAAL8AAAA+AACAPw==" if body.get("encoding_format") == "base64" else [0.25, -0.5, 0.125, 1.0]
    )
    tokens = prompt_tokens(body)
    return JSONResponse(
        {
            "object": "list",
            "model": model,
            "data": [{"object": "embedding", "index": 0, "embedding": vector}],
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
    )


async def vllm_embeddings(request: Request) -> Response:
    """vLLM refuses what OpenAI overlooks: an encoding that is named but is none."""
    body = await request.json()
    if "encoding_format" in body and body["encoding_format"] not in ("float", "base64"):
        said = "1 validation error: encoding_format: Input should be 'float' or 'base64'"
        return JSONResponse({"error": {"message": said, "type": "BadRequestError", "code": 400}}, 400)
    return await openai_embeddings(request)
