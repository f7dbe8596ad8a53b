"""Servers on the test's own event loop that say exactly these bytes, right HTTP or not."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from socket import SO_LINGER, SOL_SOCKET

from litellm_observatory.core.wire.client import Client, open_client
from tests.core.examples import GATEWAY, completion

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk) -> AsyncIterator[str]:
    """A server that talks so on each connection; gives its URL."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(served, "127.0.0.1", 0, backlog=1000)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def client_of(talk: Talk, *, timeout_seconds: float = 60.0) -> AsyncIterator[Client]:
    """A client to a gateway that talks so."""
    async with listening(talk) as url, client_at(url, timeout_seconds=timeout_seconds) as client:
        yield client


@asynccontextmanager
async def client_at(url: str, *, timeout_seconds: float = 60.0) -> AsyncIterator[Client]:
    """A client to whatever is at `url`."""
    gateway = type(GATEWAY)(GATEWAY.name, url, GATEWAY.key)
    async with open_client(gateway, timeout_seconds=timeout_seconds) as client:
        yield client


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One HTTP request, headers and body. Raises IncompleteReadError when the client has left."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
    return head + await reader.readexactly(int(length.split(b":")[1]))


def saying(*pieces: bytes) -> Talk:
    """Reads a request, says these bytes, in packets of their own, and closes the connection."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.01)

    return talk


async def answer(writer: asyncio.StreamWriter) -> None:
    """Say a right answer, and keep the connection."""
    body = json.dumps(completion()).encode()
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection with a TCP reset."""
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
