"""Answers spoilt at random on the wire: every one is judged, and none stops a run."""

import asyncio
import gzip
import json
from random import Random

import pytest

from litellm_observatory.core.wire.client import send
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.requests import chat
from tests.core.examples import completion, streamed
from tests.core.sockets import client_of, read_request

ANSWERS = 100
BODY = json.dumps(completion()).encode()
WHOLE = (
    b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nx-litellm-version: 1\r\n\r\n" % len(BODY) + BODY,
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + gzip.compress(BODY),
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=\xff\r\n\r\n" + streamed().body,
)
STRANGE = (
    b"\r\n",
    b"\n",
    b"\0",
    b"\xff",
    b": ",
    b"content-length: -1\r\n",
    b"content-length: 99999999999999999999\r\n",
    b"transfer-encoding: chunked\r\n",
    b"transfer-encoding: gzip\r\n",
    b"content-encoding: deflate\r\n",
    b"set-cookie: a=b; expires=soon\r\n",
    b"upgrade: websocket\r\nconnection: upgrade\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/2 200\r\n",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
)


def spoilt(random: Random) -> bytes:
    said = bytearray(random.choice(WHOLE))
    for _ in range(random.randrange(4)):
        at = random.randrange(len(said) + 1)
        match random.randrange(3):
            case 0:
                said[at:at] = random.choice(STRANGE)
            case 1:
                del said[at : at + random.randrange(10)]
            case _:
                said[at : at + 1] = random.randbytes(1)
    return bytes(said)


@pytest.mark.parametrize("seed", range(4))
async def test_no_bytes_on_the_wire_raise(seed: int) -> None:
    random = Random(seed)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while random.random() < 0.8:
            await read_request(reader)
            said, cut = spoilt(random), random.randrange(50)
            writer.write(said[:cut])
            await asyncio.sleep(0.01)
            writer.write(said[cut:])
            await writer.drain()

    async with client_of(talk, timeout_seconds=3) as client:
        for index in range(ANSWERS):
            kept = await send(client, chat("gpt-a", stream=index % 4 == 0), str(index))
            assert isinstance(kept.failure, Failure | None)
            assert kept.seconds < 3.1
