"""Connections: reused, counted, given back, and the one fault of them that is our own."""

import asyncio

import pytest

from litellm_observatory.core.wire.client import Client, open_client, send
from litellm_observatory.core.wire.connections import KEEPALIVE_SECONDS
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.core.wire.requests import chat
from tests.core.sockets import Talk, answer, client_of, read_request, reset


async def ask(client: Client, index: int = 0) -> Failure | None:
    return (await send(client, chat("gpt-a"), str(index))).failure


async def keep_answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await read_request(reader)
        await asyncio.sleep(0.2)
        await answer(writer)


async def test_requests_one_after_the_other_share_a_connection() -> None:
    async with client_of(keep_answering) as client:
        assert [await ask(client) for _ in range(5)] == [None] * 5
        assert client.connections_opened == 1


async def test_requests_at_once_have_a_connection_each_and_leave_them_to_the_next() -> None:
    async with client_of(keep_answering) as client:
        for _ in range(2):
            assert await asyncio.gather(*(ask(client, i) for i in range(150))) == [None] * 150
            assert client.connections_opened == 150  # httpx's own pool would stop at 100


async def test_an_idle_connection_is_dropped_before_the_server_would_close_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aiohttp.connector.monotonic", asyncio.get_running_loop().time)
    async with client_of(keep_answering) as client:
        await ask(client)
        await asyncio.sleep(KEEPALIVE_SECONDS + 0.5)
        assert await ask(client) is None
        assert client.connections_opened == 2
        assert client.notes == ()


def answering_once(seconds: float = 0.0, *, by_reset: bool = False) -> Talk:
    """Answers one request and breaks the connection so long after the second."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await answer(writer)
        await read_request(reader)
        await asyncio.sleep(seconds)
        if by_reset:
            reset(writer)

    return talk


@pytest.mark.parametrize("by_reset", [False, True])
@pytest.mark.parametrize(
    ("idle", "waited", "kind"),
    [
        (0.5, 0.0, FailureKind.CONNECTION),
        (1.0, 0.0, FailureKind.STALE_CONNECTION),
        (3.0, 0.5, FailureKind.STALE_CONNECTION),
        (3.0, 1.5, FailureKind.CONNECTION),
    ],
)
async def test_a_broken_connection_is_our_fault_only_when_it_lay_idle_and_broke_at_once(
    idle: float, waited: float, kind: FailureKind, by_reset: bool
) -> None:
    async with client_of(answering_once(waited, by_reset=by_reset)) as client:
        assert await ask(client) is None
        await asyncio.sleep(idle + 1e-6)
        failure = await ask(client)
        assert failure is not None
        assert failure.kind is kind
        assert client.connections_opened == 1


async def test_a_connection_that_was_long_in_use_is_not_idle() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(30)
        await answer(writer)
        await read_request(reader)

    async with client_of(talk) as client:
        assert await ask(client) is None
        await asyncio.sleep(0.5)
        failure = await ask(client)
    assert failure == Failure(FailureKind.CONNECTION, "the server disconnected before an answer")


async def test_a_new_connection_that_breaks_is_the_gateways_fault_however_long_the_client_was_idle() -> None:
    async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    async with client_of(drop) as client:
        for _ in range(3):
            await asyncio.sleep(3)
            failure = await ask(client)
            assert failure is not None
            assert failure.kind is FailureKind.CONNECTION
        assert client.connections_opened == 3


class Hanging:
    """A server that answers the first `answered` bytes of nothing, and notes who left."""

    def __init__(self, said: bytes = b"") -> None:
        self.said = said
        self.left = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(self.said)
        assert await reader.read() == b""
        self.left += 1


HEADERS = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", "no answer within 90 s"),
        (HEADERS, "no complete answer within 90 s"),
        (HEADERS + b"{", "no complete answer within 90 s"),
    ],
)
async def test_a_timed_out_request_gives_its_connection_back_by_closing_it(said: bytes, told: str) -> None:
    hanging = Hanging(said)
    async with client_of(hanging, timeout_seconds=90) as client:
        failures = await asyncio.gather(*(ask(client, i) for i in range(20)))
        assert failures == [Failure(FailureKind.TIMEOUT, told)] * 20
        await asyncio.sleep(0.1)
        assert hanging.left == 20


@pytest.mark.parametrize("said", [b"", HEADERS, HEADERS + b"{"])
async def test_a_cancelled_request_gives_its_connection_back_by_closing_it(said: bytes) -> None:
    hanging = Hanging(said)
    async with client_of(hanging) as client:
        asking = [asyncio.create_task(ask(client, i)) for i in range(20)]
        await asyncio.sleep(1)
        for task in asking:
            task.cancel()
        assert {type(end) for end in await asyncio.gather(*asking, return_exceptions=True)} == {
            asyncio.CancelledError
        }
        await asyncio.sleep(0.1)
        assert hanging.left == 20


async def test_no_connection_outlives_the_client() -> None:
    left = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await answer(writer)
        assert await reader.read() == b""
        left.set()

    async with client_of(talk) as client:
        assert await ask(client) is None
        assert not left.is_set()
    async with asyncio.timeout(1):
        await left.wait()


async def test_a_proxy_that_is_no_url_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "ftp://user:secret-of-the-proxy@proxy.test")
    with pytest.raises(PreflightError) as refused:
        async with open_client(Gateway("field", "http://gateway.test", "sk-1")):
            pass
    assert "HTTP_PROXY" in str(refused.value)
    assert "secret" not in str(refused.value)
