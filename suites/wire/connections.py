"""A connection pool that counts what it opens and knows how long a reused connection lay idle."""

import ssl
from contextvars import ContextVar
from weakref import WeakKeyDictionary

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from httpx_aiohttp import AiohttpTransport

KEEPALIVE_SECONDS = 4.0
"""Idle connections are dropped earlier than by the server: uvicorn, under LiteLLM, closes them after 5 s."""

idle_seconds: ContextVar[float | None] = ContextVar("idle_seconds", default=None)
"""How long the connection of the request now being sent lay idle in our pool; None for a new one."""


class Connections(aiohttp.TCPConnector):
    """aiohttp's pool without a limit of its own: a gateway that hangs must not hold up the next request."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(ssl=tls, limit=0, keepalive_timeout=KEEPALIVE_SECONDS)
        self.opened = 0
        self._released: WeakKeyDictionary[ResponseHandler, float] = WeakKeyDictionary()

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> Connection:
        """A connection from the pool, or a new one, as aiohttp does it; `idle_seconds` tells which."""
        connection = await super().connect(req, traces, timeout)
        protocol = connection.protocol
        if protocol is None:
            return connection
        released = self._released.get(protocol)
        idle_seconds.set(None if released is None else self._loop.time() - released)
        self.opened += released is None
        self._released[protocol] = self._loop.time()
        connection.add_callback(lambda: self._released.update({protocol: self._loop.time()}))
        return connection


def pooled_transport() -> tuple[AiohttpTransport, Connections]:
    """httpx's transport over aiohttp, and the pool under it. Call it on a running event loop."""
    tls = httpx.create_ssl_context()
    connections = Connections(tls)
    session = aiohttp.ClientSession(connector=connections, cookie_jar=aiohttp.DummyCookieJar())
    return AiohttpTransport(verify=tls, client=session), connections
