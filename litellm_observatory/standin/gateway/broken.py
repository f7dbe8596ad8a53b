"""Answers that break HTTP: they run under `serving`, which can close a connection."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from litellm_observatory.standin.gateway.serving import DISCONNECT


class Hang(Response):
    """No byte, until the caller leaves or the server stops."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


class Drop(Response):
    """The connection closed without a byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope[DISCONNECT]()


class CutBody(Response):
    """Full headers with the whole body's Content-Length, half of the body, then the connection closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.body)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await scope[DISCONNECT]()
