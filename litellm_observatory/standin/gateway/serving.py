"""Serve an ASGI application on a loopback socket, from a thread, and stop it without waiting for anybody."""

import asyncio
import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

DISCONNECT = "standin.disconnect"  # in the scope: `await scope[DISCONNECT]()` closes the connection as it is

PROVIDERS_IDLE_SECONDS = 75
"""nginx's own. A provider that closes sooner is raced by the next request of a gateway on a busy machine, and LiteLLM
tells its caller of a connection error."""


@dataclass(frozen=True)
class Served:
    """A running server; `url` has no trailing slash."""

    url: str


@contextmanager
def serve(app: ASGIApp, port: int = 0, idle_seconds: int = 5) -> Iterator[Served]:
    """Serve `app` on 127.0.0.1 while the context lasts; with port 0 the kernel chooses one.

    An idle connection is closed after `idle_seconds`: 5 as LiteLLM does; `PROVIDERS_IDLE_SECONDS` for a provider.

    The socket listens before the thread starts, so a request is never too early. On leaving, open requests
    are cut and the thread has ended. Raises OSError when the port is taken.
    """
    listener = _listen(port)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        loop="asyncio",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=idle_seconds,
    )
    server = _Server(config)
    thread = threading.Thread(target=_run, args=(server, listener), name=f"serve {type(app).__name__}")
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()


def serve_until_signalled(app: ASGIApp, port: int, idle_seconds: int = 5) -> None:
    """Serve `app`, print `{"url": …}` as one line, and return upon SIGINT or SIGTERM."""
    stops = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)  # before the thread starts: it inherits the mask
    with serve(app, port, idle_seconds) as served:
        print(json.dumps({"url": served.url}), flush=True)
        signal.sigwait(stops)


def _listen(port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only where the protocol is named (socket.create_server leaves it 0); without
    # it every answer on a kept connection waits 40 ms for the caller's delayed ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    with listener:  # closed also when the application failed to start, so that callers are refused
        server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn waits for open requests; a stand-in full of hanging ones must not."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for task in self.server_state.tasks:
            task.cancel()
        await super().shutdown(sockets)


class _Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, whose application may close the connection in the middle of an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = partial(_closable, self.app, transport.close)


async def _closable(app: ASGIApp, close: Callable[[], None], scope: Scope, receive: Receive, send: Send) -> None:
    async def disconnect() -> None:
        close()
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await app({**scope, DISCONNECT: disconnect}, receive, send)
    except asyncio.CancelledError:  # the server is stopping; uvicorn would answer 500 and log a traceback
        await disconnect()
