"""Sending: one attempt on the wire, timed, bounded, checked, and reduced to what is kept of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import aiohttp
import httpx

from litellm_observatory.core.wire.attempts import judge, unreadable
from litellm_observatory.core.wire.body import ACCEPTED, TooLarge, read_body
from litellm_observatory.core.wire.cache import NO_CACHE
from litellm_observatory.core.wire.connections import Connections, idle_seconds, pooled_transport
from litellm_observatory.core.wire.failures import Failure, FailureKind, without
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.core.wire.network_errors import failure_of
from litellm_observatory.core.wire.reply import Arrival, Reply
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Attempt

TIMEOUT_SECONDS = 60.0

STALE_AFTER_SECONDS = 1.0
"""A connection idle for less than this was not closed by a server's keep-alive timeout."""

STALE_WITHIN_SECONDS = 1.0
"""A request on a connection that is being closed fails at once; one that broke later had been waited for."""


@dataclass(frozen=True)
class Client:
    """An open client to one gateway; one is used throughout a run, as gateways' users do.

    `timeout_seconds` bounds a whole attempt, from the send to the last byte.
    """

    http: httpx.AsyncClient
    gateway: Gateway
    timeout_seconds: float
    connections: Connections | None = field(default=None, repr=False)

    @property
    def connections_opened(self) -> int:
        """How many TCP connections were opened so far."""
        return self.connections.opened if self.connections else 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a report must say of the connections."""
        return (self.connections.note,) if self.connections and self.connections.note else ()


@asynccontextmanager
async def open_client(
    gateway: Gateway,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Client]:
    """A client to `gateway`, closed at the end; `transport` stands in for the network in tests.

    Raises PreflightError when the gateway's URL is none.
    """
    try:
        url = httpx.URL(gateway.url)
    except httpx.InvalidURL as error:
        what = "has a URL that cannot be used"
        raise gateway.refusal(f"{what} ({error})", "check it", brief=what) from None
    connections = None
    if transport is None:
        try:
            transport, connections = pooled_transport(url)
        except ValueError:  # its text may hold a password
            raise PreflightError(
                "the proxy that the environment names is no URL", "check HTTP_PROXY and HTTPS_PROXY"
            ) from None
    async with httpx.AsyncClient(
        transport=transport,
        base_url=url,
        headers={
            "Authorization": f"Bearer {gateway.key}",
            "User-Agent": "litellm-observatory",
            "Accept-Encoding": ACCEPTED,
            **NO_CACHE,
        },
        timeout=None,
    ) as http:
        yield Client(http, gateway, timeout_seconds, connections)


async def send(client: Client, request: Request, request_id: str) -> Attempt:
    """Send `request` once; whatever the gateway does becomes part of the attempt, and is never raised."""
    loop = asyncio.get_running_loop()
    idle_seconds.set(None)
    ready = _on_the_wire(client, request, request_id)
    incoming = _Incoming(started=loop.time())
    failure = None
    try:
        async with asyncio.timeout(client.timeout_seconds):
            await incoming.receive(client, ready, request.most_bytes)
    except TimeoutError:
        what = "no complete answer" if incoming.has_begun else "no answer"
        failure = Failure(FailureKind.TIMEOUT, f"{what} within {client.timeout_seconds:g} s")
    except (httpx.HTTPError, aiohttp.ClientError, OSError, UnicodeError) as error:
        idle = idle_seconds.get()
        stale = _is_stale(idle, loop.time() - incoming.started)
        failure = failure_of(error, begun=incoming.has_begun, stale=stale)
        if idle is not None and client.connections and failure.kind is FailureKind.STALE_CONNECTION:
            client.connections.closed_by_the_server(idle)
    except TooLarge:
        failure = Failure(FailureKind.TOO_LARGE, f"the body is larger than {request.most_bytes} bytes")
    except Exception as error:
        failure = unreadable(error, request.name, client.gateway.key)
    seconds = loop.time() - incoming.started  # before the checks: their time is ours, not the gateway's
    reply = incoming.whole(client.gateway.key, seconds)
    attempt = judge(request, reply, failure, client.gateway.key)
    return replace(attempt, request_id=request_id)


@dataclass(slots=True)
class _Incoming:
    """A reply while it comes in."""

    started: float
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    arrivals: list[Arrival] = field(default_factory=list)

    async def receive(self, client: Client, ready: httpx.Request, most_bytes: int) -> None:
        """Send the request and read its reply up to its bound."""
        response = await client.http.send(ready, stream=True)
        try:
            self.status, self.headers = response.status_code, response.headers
            async for piece in read_body(response, most_bytes):
                self.body += piece
                self.arrivals.append(Arrival(len(self.body), asyncio.get_running_loop().time() - self.started))
        finally:
            await response.aclose()

    @property
    def has_begun(self) -> bool:
        """Whether any of the answer had come: its status line at least."""
        return self.status > 0

    def whole(self, secret: str, seconds: float) -> Reply:
        """The reply without `secret`, so that no check can quote half of it."""
        body = bytes(self.body)
        clean = without(body, secret)
        arrivals = tuple(self.arrivals) if clean == body else ()  # their sizes are those of the body as it came
        return Reply(self.status, self.headers, clean, seconds, arrivals)


def _on_the_wire(client: Client, request: Request, request_id: str) -> httpx.Request:
    """The request with our headers and its own; one that it sets to None is left out."""
    is_post = request.method == "POST"
    ready = client.http.build_request(
        request.method,
        request.path,
        content=request.content(request_id) if is_post else None,
        headers={
            "x-request-id": request_id,
            **({"Content-Type": "application/json"} if is_post else {}),
            **{name: text for name, text in request.headers.items() if text},
        },
    )
    for name, text in request.headers.items():
        if text is None:
            ready.headers.pop(name, None)
    return ready


def _is_stale(idle: float | None, seconds: float) -> bool:
    return idle is not None and idle >= STALE_AFTER_SECONDS and seconds < STALE_WITHIN_SECONDS
