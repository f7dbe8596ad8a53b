"""The stand-in gateway: LiteLLM's routes and refusals, a ledger of what came, and faults by schedule."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from random import Random

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.gateway.answers import Chat, answer, refuse
from tests.gateway.faults import Fault, choose, faults_from_json, is_redeployed
from tests.gateway.formats import Json, Model
from tests.gateway.ledger import Received

Endpoint = Callable[[Request], Awaitable[Response]]

ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]
REDEPLOYED_SUFFIX = "-redeployed"


class Gateway:
    """An ASGI application that answers as a LiteLLM gateway without a database does.

    `models` by name or with a mode; `key` is the one key it knows, None lets every caller in (a provider for
    a real LiteLLM); `latency_seconds` is the provider's time for each chat answer; equal `seed`, `faults`
    and order of requests fail alike. `version` and `latency_seconds` may be set while it runs.
    """

    def __init__(
        self,
        models: Sequence[Model | str],
        key: str | None,
        latency_seconds: float = 0.0,
        faults: Sequence[Fault] = (),
        seed: int = 0,
        version: str = "1.80.0-standin",
    ) -> None:
        named = [Model(model) if isinstance(model, str) else model for model in models]
        self.models = {model.name: model for model in named}
        self.latency_seconds = latency_seconds
        self.version = version
        self._key = key
        self._seed = seed
        self.arm(faults)
        self._app = Starlette(
            routes=[
                Route("/health/liveliness", self._liveliness),
                Route("/health/readiness", self._readiness),
                Route("/health/readiness/details", self._guarded(self._details)),
                Route("/v1/models", self._guarded(self._list_models)),
                Route("/model/info", self._guarded(self._model_info)),
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
                Route("/_standin/received", self._get_received),
                Route("/_standin/faults", self._post_faults, methods=["POST"]),
                Route("/{path:path}", self._unknown, methods=ANY_METHOD),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def arm(self, faults: Sequence[Fault] = ()) -> None:
        """Replace the faults and start over: time zero, request zero, an empty ledger, the seed's draws."""
        self.faults = tuple(faults)
        self.received: list[Received] = []
        self._random = Random(self._seed)
        self._armed_at = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the schedule was armed."""
        return time.monotonic() - self._armed_at

    async def _chat(self, request: Request) -> Response:
        body, record = await self._record(request)
        if refusal := self._refusal(request):
            return refusal
        if body is None:
            return refuse(400, "Invalid JSON payload")
        model = self.models.get(str(body.get("model")))
        if model is None:
            wrong = f"/chat/completions: Invalid model name passed in model={body.get('model')}. "
            return refuse(400, wrong + "Call `/v1/models` to view available models for your key.")
        if model.mode not in ("chat", None):
            return refuse(400, f"litellm.BadRequestError: OpenAIException - {model.name} is not a chat model")
        fault = choose(self.faults, model.name, record.ordinal, record.at, self._random)
        seconds = self.latency_seconds + (fault.seconds if fault else 0.0)
        chat = Chat(
            model=model,
            stream=bool(body.get("stream")),
            include_usage=bool((body.get("stream_options") or {}).get("include_usage")),
            authorization=request.headers.get("authorization", ""),
            version=self._version(model.name, record.ordinal, record.at),
            seconds=seconds,
        )
        await asyncio.sleep(seconds)
        return answer(chat, fault)

    async def _unknown(self, request: Request) -> Response:
        if request.method == "POST":
            await self._record(request)
        return JSONResponse({"detail": "Not Found"}, 404)

    async def _liveliness(self, request: Request) -> Response:
        return JSONResponse("I'm alive!")

    async def _readiness(self, request: Request) -> Response:
        return JSONResponse({"status": "healthy", "db": "Not connected"})

    async def _details(self, request: Request) -> Response:
        version = self._version(None, len(self.received), self.elapsed)
        return JSONResponse({"status": "healthy", "db": "Not connected", "litellm_version": version})

    async def _list_models(self, request: Request) -> Response:
        return JSONResponse({"data": [model.listed() for model in self.models.values()], "object": "list"})

    async def _model_info(self, request: Request) -> Response:
        return JSONResponse({"data": [model.info() for model in self.models.values()]})

    async def _get_received(self, request: Request) -> Response:
        return JSONResponse([asdict(record) for record in self.received])

    async def _post_faults(self, request: Request) -> Response:
        try:
            self.arm(faults_from_json(await request.body()))
        except ValueError as invalid:
            return JSONResponse({"detail": str(invalid)}, 400)
        return JSONResponse({"armed": len(self.faults)})

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            return self._refusal(request) or await endpoint(request)

        return guarded

    def _refusal(self, request: Request) -> Response | None:
        """What LiteLLM without a database says to a missing and to a wrong key."""
        given = request.headers.get("authorization")
        if self._key is None or given == f"Bearer {self._key}":
            return None
        if not given:
            return refuse(401, "Authentication Error, No api key passed in.")
        return refuse(400, "No connected db.", "no_db_connection")

    async def _record(self, request: Request) -> tuple[Json | None, Received]:
        at = self.elapsed
        body = _json_object(await request.body())
        record = Received.of(request, body or {}, len(self.received), at)
        self.received.append(record)
        return body, record

    def _version(self, model: str | None, ordinal: int, elapsed: float) -> str:
        redeployed = is_redeployed(self.faults, model, ordinal, elapsed)
        return self.version + (REDEPLOYED_SUFFIX if redeployed else "")


def _json_object(text: bytes) -> Json | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
