"""A connection pool that counts what it opens, and drops idle connections before the server does."""

import asyncio
import ssl
from contextvars import ContextVar
from urllib.request import getproxies, proxy_bypass
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

LEAST_KEEPALIVE_SECONDS = 0.1
"""A connection closed sooner after an answer did not wait for the next request: no timeout closed it."""

HEADER_LIMIT = 65_536
"""Bytes of one header; ingresses add some that are longer than the 8,190 which aiohttp takes by itself."""

idle_seconds: ContextVar[float | None] = ContextVar("idle_seconds", default=None)
"""How long the connection of the request now being sent lay idle in our pool; None for a new one."""


class Connections(aiohttp.TCPConnector):
    """aiohttp's pool without a limit of its own: a gateway that hangs must not hold up the next request.

    Where the server closes idle connections early, they are dropped earlier still from then on.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(ssl=tls, limit=0, keepalive_timeout=KEEPALIVE_SECONDS)
        self.opened = 0
        self._closed_after: float | None = None
        self._dropped_after = KEEPALIVE_SECONDS
        self._idle_since: WeakKeyDictionary[ResponseHandler, float | None] = WeakKeyDictionary()

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> Connection:
        """A connection from the pool, or a new one, as aiohttp does it; sets `idle_seconds`."""
        connection = await super().connect(req, traces, timeout)
        protocol = connection.protocol
        if protocol is None:
            return connection
        idle_seconds.set(self._idle(protocol))
        if protocol not in self._idle_since:
            self.opened += 1
            if closed := protocol.closed:
                closed.add_done_callback(lambda closed: self._lost(protocol, closed))
        self._idle_since[protocol] = None
        connection.add_callback(lambda: self._idle_since.update({protocol: self._loop.time()}))
        return connection

    def closed_by_the_server(self, idle: float) -> None:
        """The server closed a connection that lay idle for so many seconds: from now on drop them in half of that."""
        if LEAST_KEEPALIVE_SECONDS <= idle < self._dropped_after:  # past that we close them ourselves
            self._closed_after = idle
            self._dropped_after = self._keepalive_timeout = idle / 2

    @property
    def note(self) -> str | None:
        """What a reader must know of the server's keep-alive; None where it is as long as usual."""
        if self._closed_after is None:
            return None
        return (
            f"The server closed a connection that had been idle for {self._closed_after:.2g} s; from then on ours "
            f"were closed after {self._dropped_after:.2g} s. Its users' HTTP clients keep theirs for longer, and "
            "lose requests so: raise the server's keep-alive timeout."
        )

    def _idle(self, protocol: ResponseHandler) -> float | None:
        """How long a connection has been idle; None of one in use, or not known."""
        since = self._idle_since.get(protocol)
        return None if since is None else self._loop.time() - since

    def _lost(self, protocol: ResponseHandler, closed: asyncio.Future[None]) -> None:
        """A connection ended; where it was idle, and it was not ours to close, the server did it."""
        if not closed.cancelled():
            closed.exception()  # seen: asyncio logs what nobody asks for
        idle = self._idle(protocol)
        if idle is not None and not self.closed:
            self.closed_by_the_server(idle)


def pooled_transport(url: httpx.URL) -> tuple[AiohttpTransport, Connections]:
    """httpx's transport to a gateway over aiohttp, and the pool under it. Call it on a running event loop.

    Proxy and certificates are those that the environment names (HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE,
    SSL_CERT_DIR), as the SDKs of gateways' users take them. Raises ValueError for a proxy that is none.
    """
    tls = httpx.create_ssl_context()
    proxy = _proxy_to(url)
    connections = Connections(tls)
    session = aiohttp.ClientSession(
        connector=connections,
        cookie_jar=aiohttp.DummyCookieJar(),
        max_field_size=HEADER_LIMIT,
    )
    return AiohttpTransport(verify=tls, client=session, proxy=proxy), connections


def _proxy_to(url: httpx.URL) -> httpx.Proxy | None:
    """The proxy to a URL, found once: aiohttp would look for it in a thread at each request."""
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    return httpx.Proxy(named) if named and not proxy_bypass(url.host) else None
