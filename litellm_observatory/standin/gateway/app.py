"""The stand-in gateway: LiteLLM's routes and refusals, a ledger of what came, and faults by schedule."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from random import Random

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from litellm_observatory.standin.gateway.answers import answer, refuse
from litellm_observatory.standin.gateway.chat import CHAT
from litellm_observatory.standin.gateway.embeddings import EMBEDDINGS
from litellm_observatory.standin.gateway.faults import Fault, FaultKind, choose, faults_from_json, is_redeployed
from litellm_observatory.standin.gateway.formats import Asked, Escaped, Format, Json, Model
from litellm_observatory.standin.gateway.ledger import Received
from litellm_observatory.standin.gateway.mcp import mcp
from litellm_observatory.standin.gateway.messages import MESSAGES
from litellm_observatory.standin.gateway.models import find_model, read_object
from litellm_observatory.standin.gateway.probes import probes
from litellm_observatory.standin.gateway.responses import RESPONSES

Endpoint = Callable[[Request], Awaitable[Response]]
NOT_FOUND = JSONResponse({"detail": "Not Found"}, 404)
ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]
REDEPLOYED_SUFFIX = "-redeployed"
FORMATS = {
    "/v1/chat/completions": CHAT,
    "/v1/responses": RESPONSES,
    "/v1/messages": MESSAGES,
    "/v1/embeddings": EMBEDDINGS,
}


class Gateway:
    """An ASGI application that answers as a LiteLLM gateway without a database does.

    `models` by name or with a mode; `key` is the one key it knows, None lets every caller in (a provider for
    a real LiteLLM); `latency_seconds` is the provider's time for each answer, `chunk_seconds` that for each chunk of
    a stream; `servers` are its MCP servers, None where it cannot list them; equal `seed`, `faults` and order of
    requests fail alike. `version` and the times may be set while it runs.
    """

    def __init__(
        self,
        models: Sequence[Model | str],
        key: str | None,
        latency_seconds: float = 0.0,
        faults: Sequence[Fault] = (),
        seed: int = 0,
        version: str = "1.80.0-standin",
        servers: Sequence[str] | None = (),
    ) -> None:
        named = [Model(model) if isinstance(model, str) else model for model in models]
        self.models = {model.name: model for model in named}
        self.latency_seconds = latency_seconds
        self.chunk_seconds = 0.0
        self.version = version
        self.servers = servers
        self._key = key
        self._seed = seed
        self.arm(faults)
        self._app = Starlette(
            routes=[
                *probes(self),
                Route("/v1/models", self.guarded(self._list_models)),
                Route("/model/info", self.guarded(self._model_info)),
                *(Route(path, self._answers(format_), methods=["POST"]) for path, format_ in FORMATS.items()),
                *mcp(self),
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
        self.probes: list[Received] = []
        self._random = Random(self._seed)
        self._armed_at = time.monotonic()

    def has(self, kind: FaultKind) -> bool:
        """Whether a fault of a kind is armed."""
        return any(fault.kind is kind for fault in self.faults)

    def lacks(self, path: str) -> bool:
        """Whether the route at a path is not there."""
        return any(fault.kind is FaultKind.DISABLED and fault.path == path for fault in self.faults)

    def fault(self, record: Received, model: str | None) -> Fault | None:
        """The fault that a request for a model meets, if it meets one."""
        return choose(self.faults, model, record.ordinal, record.at, self._random)

    @property
    def elapsed(self) -> float:
        """Seconds since the schedule was armed."""
        return time.monotonic() - self._armed_at

    def _answers(self, format_: Format) -> Endpoint:
        """The endpoint that answers in a format."""

        async def endpoint(request: Request) -> Response:
            body, record = await self.record(request)
            if self.lacks(request.url.path):
                return NOT_FOUND
            if refusal := self._refusal(request):
                return refusal
            bad_status = 500 if self.has(FaultKind.CRASH) else 400
            if isinstance(model := find_model(self.models, format_, body, bad_status), Response):
                return model
            is_probe = record in self.probes
            fault = None if is_probe else self.fault(record, model.name)
            seconds = (0.0 if is_probe else self.latency_seconds) + (fault.seconds if fault else 0.0)
            version = self.version_of(model.name, record.ordinal, record.at)
            authorization = request.headers.get("authorization", "")
            asked = Asked(model, body or {}, authorization, version, seconds, self.chunk_seconds)
            await asyncio.sleep(seconds)
            return answer(format_, asked, fault)

        return endpoint

    async def _unknown(self, request: Request) -> Response:
        if request.method == "POST":
            await self.record(request)
        return NOT_FOUND

    async def _list_models(self, request: Request) -> Response:
        return Escaped({"data": [model.listed() for model in self.models.values()], "object": "list"})

    async def _model_info(self, request: Request) -> Response:
        return Escaped({"data": [model.info() for model in self.models.values()]})

    async def _get_received(self, request: Request) -> Response:
        return JSONResponse([asdict(record) for record in self.received])

    async def _post_faults(self, request: Request) -> Response:
        try:
            self.arm(faults_from_json(await request.body()))
        except ValueError as invalid:
            return JSONResponse({"detail": str(invalid)}, 400)
        return JSONResponse({"armed": len(self.faults)})

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """The same endpoint for those who have the key."""

        async def guarded(request: Request) -> Response:
            return self._refusal(request) or await endpoint(request)

        return guarded

    def _refusal(self, request: Request) -> Response | None:
        """What LiteLLM without a database says to a missing and to a wrong key."""
        given = request.headers.get("authorization")
        if self._key is None or given == f"Bearer {self._key}" or self.has(FaultKind.OPEN_DOOR):
            return None
        if not given:
            return refuse(401, "Authentication Error, No api key passed in.")
        return refuse(400, "No connected db.", "no_db_connection")

    async def record(self, request: Request) -> tuple[Json | None, Received]:
        """Put a request into the ledger; returns its body, None when that is no JSON object.

        What preflight asks each model once stands apart, and meets no fault and no latency: those are the traffic's.
        """
        at = self.elapsed
        body = read_object(await request.body())
        record = Received.of(request, body or {}, len(self.received), at)
        is_probe = "-probe-" in (record.request_id or "")
        (self.probes if is_probe else self.received).append(record)
        return body, record

    def version_of(self, model: str | None, ordinal: int, elapsed: float) -> str:
        """The version that answers a request."""
        redeployed = is_redeployed(self.faults, model, ordinal, elapsed)
        return self.version + (REDEPLOYED_SUFFIX if redeployed else "")
