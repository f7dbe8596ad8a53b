"""The stand-in webhook: any POST is a message, answered as scripted and checked as Slack checks it."""

import json
from collections.abc import Sequence
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from litellm_observatory.standin.gateway.broken import Hang
from litellm_observatory.standin.slack.blocks import are_valid

Status = int | Literal["hang"]


class Slack:
    """An ASGI application for webhook URLs of any path, such as `/services/T000/B000/SECRET`.

    The posts are answered by the statuses of `script` in turn, later ones by `status`; "hang" never answers.
    `posts` counts them all; `messages` has the payloads of those that were taken (200), in order.
    """

    def __init__(self, status: Status = 200, script: Sequence[Status] = ()) -> None:
        self.status = status
        self.posts = 0
        self.messages: list[dict[str, Any]] = []
        self._script = list(script)
        self._app = Starlette(
            routes=[
                Route("/_standin/messages", self._get_messages),
                Route("/{path:path}", self._post_message, methods=["POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _post_message(self, request: Request) -> Response:
        body = await request.body()
        self.posts += 1
        status = self._script.pop(0) if self._script else self.status
        if status == "hang":
            return Hang()
        if status != 200:
            headers = {"retry-after": "1"} if status == 429 else None
            return PlainTextResponse("rate_limited" if status == 429 else "server_error", status, headers)
        try:
            payload = json.loads(body)
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        if error := _error(payload):
            return PlainTextResponse(error, 400)
        self.messages.append(payload)
        return PlainTextResponse("ok")

    async def _get_messages(self, request: Request) -> Response:
        return JSONResponse(self.messages)


def _error(payload: Any) -> str | None:
    """Slack's word for what is wrong with a payload.

    Stricter than Slack in one point: it lets blocks stand alone, though a notification shows only the text.
    """
    if not isinstance(payload, dict):
        return "invalid_payload"
    if not payload.get("text"):
        return "no_text"
    if not are_valid(payload.get("blocks") or []):
        return "invalid_blocks"
    return None
