"""The memory summary: what is believed of the number and of the process that tells it."""

import asyncio
import json

import pytest

from litellm_observatory.core.wire.attempts import judge
from litellm_observatory.core.wire.client import send
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.requests import memory
from litellm_observatory.core.wire.samples import Process
from tests.core.sockets import client_at, listening, read_request

TOLD = {"memory": {"ram_usage_mb": 400.5}}


@pytest.mark.parametrize(
    ("named", "process"),
    [
        ({"hostname": "pod-a", "worker_pid": 17}, Process("pod-a", 17)),
        ({"hostname": " pod\n\x1b[31ma ", "worker_pid": 17}, Process("pod [31ma", 17)),
        ({"worker_pid": 17}, None),
        ({"hostname": "pod-a"}, None),
        ({"hostname": "\x00", "worker_pid": 17}, None),
        ({"hostname": "a" * 256, "worker_pid": 17}, None),
        ({"hostname": "pod-a", "worker_pid": 0}, None),
        ({"hostname": "pod-a", "worker_pid": 2**31}, None),
        ({"hostname": "pod-a", "worker_pid": "17"}, None),
        ({"hostname": ["pod-a"], "worker_pid": 17}, None),
    ],
)
def test_a_process_is_named_by_host_and_id_together(named: dict[str, object], process: Process | None) -> None:
    attempt = judge(memory(), Reply(200, body=json.dumps(TOLD | named).encode()), None, "sk-x")
    assert (attempt.reading, attempt.process) == (400.5, process)


def test_an_answer_that_fails_names_nobody() -> None:
    body = json.dumps(TOLD | {"hostname": "pod-a", "worker_pid": 17}).encode()
    attempt = judge(memory(), Reply(500, body=body), None, "sk-x")
    assert (attempt.reading, attempt.process) == (None, None)


async def test_each_reading_leaves_its_connection_so_that_another_worker_may_answer_the_next() -> None:
    body = json.dumps(TOLD).encode()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        leaves = False
        while not leaves:
            leaves = b"connection: close" in (await read_request(reader)).lower()
            kept = b"close" if leaves else b"keep-alive"
            writer.write(
                b"HTTP/1.1 200 OK\r\nconnection: %b\r\ncontent-length: %d\r\n\r\n" % (kept, len(body)) + body
            )

    async with listening(talk) as url, client_at(url) as client:
        readings = [(await send(client, memory(), str(turn))).reading for turn in range(3)]
    assert (readings, client.connections_opened) == ([400.5] * 3, 3)
