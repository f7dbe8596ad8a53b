"""Attempts over real sockets, against servers that break HTTP in every way."""

import asyncio
import gzip
import json
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Sequence

import pytest

from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.wire.client import send
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.requests import chat
from tests.core.examples import completion
from tests.core.sockets import Talk, client_at, client_of, listening, read_request, reset, saying

OK = b"HTTP/1.1 200 OK\r\n"
COMPLETION = json.dumps(completion()).encode()

BROKEN: dict[str, tuple[Sequence[bytes], FailureKind, str]] = {
    "no byte": ([], FailureKind.CONNECTION, "the server disconnected before an answer"),
    "half of the headers": ([OK + b"content-le"], FailureKind.CONNECTION, "the server disconnected before an answer"),
    "another protocol": ([b"SSH-2.0-OpenSSH_9\r\n\r\n"], FailureKind.MALFORMED, "no valid HTTP: Bad status line"),
    "zeros": ([b"\0" * 64], FailureKind.MALFORMED, "no valid HTTP"),
    "a header without an end": ([OK + b"x: " + b"a" * 70_000], FailureKind.MALFORMED, "Got more than 65536 bytes"),
    "no gzip": (
        [OK + b"content-encoding: gzip\r\ncontent-length: 7\r\n\r\ngarbage"],
        FailureKind.MALFORMED,
        "no valid HTTP: Error -3 while decompressing data",
    ),
    "wrong chunks": ([OK + b"transfer-encoding: chunked\r\n\r\nzz\r\n"], FailureKind.MALFORMED, "no valid HTTP"),
    "a short body": ([OK + b"content-length: 100\r\n\r\n{"], FailureKind.STREAM_CUT, "received 1 of 100 bytes"),
    "no body": ([OK + b"content-length: 100\r\n\r\n"], FailureKind.STREAM_CUT, "received 0 of 100 bytes"),
    "chunks without an end": (
        [OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"],
        FailureKind.STREAM_CUT,
        "the body ended early",
    ),
    "a status and no more": ([b"HTTP/1.1 502 Bad Gateway\r\n\r\n"], FailureKind.SERVER_ERROR, "502: no message"),
    "a status of its own": ([b"HTTP/1.1 999 Huh\r\n\r\n"], FailureKind.SERVER_ERROR, "999: no message"),
    "a status line in Latin-1": (
        [b"HTTP/1.1 404 Non trouv\xe9\r\ncontent-length: 0\r\n\r\n"],
        FailureKind.MALFORMED,
        "no valid HTTP: the status line is no UTF-8",
    ),
    "an upgrade": ([b"HTTP/1.1 101 Switching Protocols\r\n\r\n"], FailureKind.MALFORMED, "101: no message"),
    "nothing more to say": ([b"HTTP/1.1 204 No Content\r\n\r\n"], FailureKind.MALFORMED, "204: no message"),
    "headers of any byte": ([OK + b"x-litellm-version: \xff\xfe\r\n\r\n{}"], FailureKind.MALFORMED, "no choice"),
}


async def failed(talk: Talk) -> Failure:
    async with client_of(talk) as client:
        failure = (await send(client, chat("gpt-a"), "1")).failure
    assert failure is not None
    return failure


@pytest.mark.parametrize(("said", "kind", "message"), BROKEN.values(), ids=BROKEN)
async def test_bytes_that_are_no_answer_are_told(said: Sequence[bytes], kind: FailureKind, message: str) -> None:
    failure = await failed(saying(*said))
    assert failure.kind is kind
    assert message in failure.message


async def test_wrong_chunks_in_mid_body_fail_if_only_by_the_timeout() -> None:
    failure = await failed(saying(OK + b"transfer-encoding: chunked\r\n\r\n", b"zz\r\nhello\r\n"))
    assert failure.kind in {FailureKind.TIMEOUT, FailureKind.STREAM_CUT}  # aiohttp 3.14 tells its reader nothing


@pytest.mark.parametrize(
    ("before", "kind"), [(b"", FailureKind.CONNECTION), (OK + b"content-length: 9\r\n\r\n{", FailureKind.STREAM_CUT)]
)
async def test_a_reset_is_told_by_what_had_come_before(before: bytes, kind: FailureKind) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(before)
        await asyncio.sleep(0.1)
        reset(writer)

    assert (await failed(talk)).kind is kind


async def test_a_refused_connection_is_no_timeout() -> None:
    async with listening(saying()) as url:
        pass
    async with client_at(url) as client:
        kept = await send(client, chat("gpt-a"), "1")
    assert kept.failure is not None
    assert kept.failure.kind is FailureKind.CONNECTION
    assert "could not connect: Connect call failed" in kept.failure.message
    assert kept.seconds < 1
    assert client.connections_opened == 0


async def test_a_name_that_is_not_found_is_no_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    async with client_at("http://nowhere.invalid") as client:
        kept = await send(client, chat("gpt-a"), "1")
    assert kept.failure == Failure(FailureKind.CONNECTION, "could not connect: Name or service not known")


async def test_https_to_a_server_without_it_is_no_timeout() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with listening(talk) as url, client_at(url.replace("http", "https")) as client:
        failure = (await send(client, chat("gpt-a"), "1")).failure
    assert failure is not None
    assert failure.kind is FailureKind.CONNECTION
    assert "could not connect" in failure.message
    assert "WRONG_VERSION_NUMBER" in failure.message


async def test_a_redirect_takes_the_key_nowhere() -> None:
    visits = 0

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal visits
        visits += 1

    async with listening(elsewhere) as other:
        failure = await failed(
            saying(
                b"HTTP/1.1 307 Temporary Redirect\r\nlocation: " + other.encode() + b"/\r\ncontent-length: 0\r\n\r\n"
            )
        )
    assert failure == Failure(FailureKind.MALFORMED, "307: no message")
    assert visits == 0


async def test_a_huge_body_is_cut_by_closing_the_connection_and_is_not_kept() -> None:
    told: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(OK + b"content-length: 10000000\r\n\r\n")
        try:
            for _ in range(1000):
                writer.write(b" " * 10_000)
                await writer.drain()
            told.append("all was taken")
        except ConnectionError:
            told.append("the client left")

    async with client_of(talk) as client:
        tracemalloc.start()
        failure = (await send(client, chat("gpt-a"), "1")).failure
        left, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await asyncio.sleep(1)
    assert failure == Failure(FailureKind.TOO_LARGE, "the body is larger than 1048576 bytes")
    assert told == ["the client left"]
    assert peak < 6_000_000
    assert left < 1_000_000


async def test_a_bomb_of_gzip_is_cut_like_any_other_body() -> None:
    body = gzip.compress(b" " * 50_000_000)
    head = OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body)
    assert (await failed(saying(head, body))).kind is FailureKind.TOO_LARGE


def inflated_again(size: int, times: int) -> bytes:
    """So many bytes of nothing, compressed again and again."""
    body = b"\0" * size
    for _ in range(times):
        body = gzip.compress(body)
    return body


CODINGS: dict[str, tuple[str, Callable[[], bytes], FailureKind, str]] = {
    "gzip in gzip": (
        "gzip, gzip",
        lambda: inflated_again(300_000_000, 2),
        FailureKind.MALFORMED,
        "'gzip, gzip' is none of",
    ),
    "what nobody asked for": ("br", lambda: b"\x0b\x02\x80{}\x03", FailureKind.MALFORMED, "'br' is none of"),
    "a bomb": ("gzip", lambda: inflated_again(300_000_000, 1), FailureKind.TOO_LARGE, "larger than 1048576 bytes"),
    "a deflated bomb": (
        "deflate",
        lambda: zlib.compress(b"\0" * 50_000_000),
        FailureKind.TOO_LARGE,
        "larger than 1048576",
    ),
    "a header without an end": (
        "gzip",
        lambda: b"\x1f\x8b\x08\x08\0\0\0\0\0\0" + b"a" * 2_000_000,  # the name of the file
        FailureKind.TOO_LARGE,
        "larger than 1048576",
    ),
}


@pytest.mark.parametrize(("coding", "make_body", "kind", "message"), CODINGS.values(), ids=CODINGS)
async def test_what_is_inflated_is_bounded_as_what_is_read(
    coding: str, make_body: Callable[[], bytes], kind: FailureKind, message: str
) -> None:
    body = make_body()
    head = OK + b"content-encoding: %b\r\ncontent-length: %d\r\n\r\n" % (coding.encode(), len(body))
    tracemalloc.start()
    before = time.process_time()
    failure = await failed(saying(head, body))
    seconds = time.process_time() - before
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert failure.kind is kind
    assert message in failure.message
    assert peak < 12_000_000
    assert seconds < 1


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(COMPLETION)),
        ("x-gzip", gzip.compress(COMPLETION)),
        ("deflate", zlib.compress(COMPLETION)),
        ("deflate", zlib.compress(COMPLETION, wbits=-zlib.MAX_WBITS)),
        ("identity", COMPLETION),
        ("Gzip, identity", gzip.compress(COMPLETION)),
    ],
)
async def test_what_is_compressed_as_it_was_asked_for_is_read(coding: str, body: bytes) -> None:
    head = OK + b"content-encoding: %b\r\ncontent-length: %d\r\n\r\n" % (coding.encode(), len(body))
    async with client_of(saying(head, body[:20], body[20:])) as client:
        assert (await send(client, chat("gpt-a"), "1")).failure is None


async def test_a_list_of_models_is_inflated_within_its_bound() -> None:
    body = inflated_again(100_000_000, 1)
    head = OK + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body)
    async with client_of(saying(head, body)) as client:
        with pytest.raises(PreflightError, match="GET /v1/models with more than 33554432 bytes"):
            await discover(client)
