"""A proxy that wants a bearer's token, as Prefect Cloud does, before a server that asks for an auth string."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

PASSED_ON = ("content-type", "accept", "x-prefect-api-version")
PATIENCE_SECONDS = 60.0


def proxy(server: str, auth: str, token: str, refused: list[str]) -> Starlette:
    """The server behind a token; what somebody said instead of it is appended to `refused`."""
    behind = httpx.AsyncClient(
        base_url=server, auth=httpx.BasicAuth(*auth.split(":", 1)), timeout=PATIENCE_SECONDS, trust_env=False
    )

    async def answer(request: Request) -> Response:
        said = request.headers.get("authorization", "")
        if said != f"Bearer {token}":
            refused.append(said)
            return Response(status_code=401)
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        found = await behind.request(request.method, url, content=await request.body(), headers=headers)
        return Response(found.content, found.status_code, media_type=found.headers.get("content-type"))

    @asynccontextmanager
    async def closing(app: Starlette) -> AsyncIterator[None]:
        async with behind:
            yield

    app = Starlette(lifespan=closing)
    app.add_route("/{path:path}", answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return app
