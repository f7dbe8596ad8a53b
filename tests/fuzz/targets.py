"""What is fuzzed: everything that reads what a gateway says, one target a kind of input."""

import asyncio
import gzip
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import httpx

from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.discovery.gateway_info import choose_targets, group_by_reason
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.discovery.probing import Probed, apply_probes
from litellm_observatory.core.judging.fingerprints import fingerprints_of
from litellm_observatory.core.judging.origin import Origin, origin
from litellm_observatory.core.text import break_commands, one_line
from litellm_observatory.core.wire.attempts import VERSION_LIMIT, attempt_of
from litellm_observatory.core.wire.checks import sdk
from litellm_observatory.core.wire.client import open_client, send
from litellm_observatory.core.wire.events import read_events
from litellm_observatory.core.wire.failures import (
    MESSAGE_LIMIT,
    Failure,
    FailureKind,
    fingerprint,
    presentable,
    redact,
)
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.core.wire.reply import Arrival, Reply
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.core.wire.samples import Attempt
from litellm_observatory.core.wire.text import clean
from litellm_observatory.core.wire.versions import is_another
from tests.core.examples import GATEWAY, KEY, sample
from tests.core.sockets import read_request
from tests.fuzz.answers import bodies, every_request, routes, streamed_calls
from tests.hostile import HOSTILE

MOST_SECONDS = 4 * 0.050
"""CPU for one answer: 50 ms of a core of one's own; a runner that shares its cores takes a few times as long."""

Feed = Callable[[bytes], None]
"""Reads an input; what it raises is a finding."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader, the inputs to begin with, and what opens it."""

    seeds: Callable[[], Iterable[bytes]]
    open: Callable[[], AbstractContextManager[Feed]]


class SlowError(AssertionError):
    """An input that takes more CPU than one may."""


def in_time(feed: Feed) -> Feed:
    """The same, and an input that takes too long each time of three is a finding, too."""

    def timed(data: bytes) -> None:
        seconds = cpu_seconds(lambda: feed(data))
        if seconds > MOST_SECONDS:
            raise SlowError(f"{seconds * 1000:.0f} ms of CPU for {len(data)} bytes")

    return timed


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU that it takes, in this thread; the least of three times where the first was too long."""

    def once() -> float:
        before = time.thread_time()
        work()
        return time.thread_time() - before

    first = once()
    return first if first < MOST_SECONDS else min(once(), once())


REQUESTS = every_request()
MOST_TOLD = 8
"""Failures of one answer whose messages are read on: a target of its own reads messages."""
STATUSES = (200, 400, 404, 500)
HEADERS = {"x-litellm-version": "1.90.2", "x-litellm-overhead-duration-ms": "nan", "transfer-encoding": "chunked"}


def judge_answer(request: Request, reply: Reply) -> Failure | None:
    """What is found and kept of one answer, without the net that catches what a check raises."""
    skipped = request.absent(reply) if request.absent else None
    assert skipped is None or (skipped.isprintable() and len(skipped) <= MESSAGE_LIMIT)
    failure = request.check(reply)
    attempt = attempt_of(request, reply, failure, KEY)
    assert attempt.version is None or len(attempt.version) <= VERSION_LIMIT
    assert isinstance(failure, Failure | None)
    return failure


def tell(failure: Failure) -> None:
    """What is told of a failure: one printable line without our key, and the same fingerprint each time."""
    message = presentable(failure.message, KEY)
    assert message.isprintable()
    assert len(message) <= MESSAGE_LIMIT
    assert KEY not in message
    told = Failure(failure.kind, message)
    assert origin(told) in Origin
    [(found, _)] = fingerprints_of([sample(0, told)]).items()
    assert found.message == fingerprint(message)


@contextmanager
def _judging() -> Iterator[Feed]:
    """Every check but those by the clients' parsers, which are slow and have a target of their own."""
    most, sdk.MOST_BYTES = sdk.MOST_BYTES, -1
    try:
        yield _judge_body
    finally:
        sdk.MOST_BYTES = most


def _judge_body(body: bytes) -> None:
    came = tuple(Arrival(size, size / 1e5) for size in range(100, len(body) + 100, 100))
    replies = [Reply(status, HEADERS, body, 11.0, came) for status in STATUSES]
    found = {judge_answer(request, reply) for reply in replies for request in REQUESTS}
    messages = {presentable(failure.message): failure for failure in found if failure}
    for failure in list(messages.values())[:MOST_TOLD]:
        tell(failure)


def _read_as_users(body: bytes) -> None:
    for kind in ("application/json", "text/event-stream"):
        for path in ("/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings"):
            streamed = kind == "text/event-stream"
            if streamed and path == "/v1/embeddings":
                continue
            read = sdk.reads_as_users_do(path, streamed=streamed)
            if failure := read(Reply(200, {"content-type": kind}, body)):
                tell(failure)


def _read_events(body: bytes) -> None:
    events = read_events(body)
    ends = [event.end for event in events]
    assert ends == sorted(set(ends))
    assert all(0 < end <= len(body) for end in ends)
    for foreign in (b"\r\n", b"\r"):
        if b"\r" not in body:
            same = read_events(body.replace(b"\n", foreign))
            assert [(event.name, event.data) for event in same] == [(event.name, event.data) for event in events]
    for end in ends[:10]:  # what came before it is read alike, whatever comes after
        assert read_events(body[:end]) == tuple(event for event in events if event.end <= end)


def _read_words(data: bytes) -> None:
    text = data.decode("utf-8", errors="surrogateescape")
    for kind in (FailureKind.SERVER_ERROR, FailureKind.STREAM_CUT):
        for lead in ("500: ", "error event in the stream: ", "500: litellm.APIError: OpenAIException - "):
            tell(Failure(kind, lead + text))
    assert KEY not in redact(text + KEY, KEY)
    version = clean(text, VERSION_LIMIT)
    assert len(version) <= VERSION_LIMIT
    assert version.isprintable()
    assert clean(version, VERSION_LIMIT) == version
    assert is_another("v1.90.2-stable", version) in (True, False, None)
    assert is_another(text, "1.90.2") in (True, False, None)
    assert one_line(text, most=80).isprintable()
    assert break_commands(one_line(text, most=80))[:2] != "::"


LONGEST_REFUSAL = 8000
"""Characters of a refusal: it lists names, a few of each sort."""


@contextmanager
def _discovering() -> Iterator[Feed]:
    """Preflight of a gateway that tells these things of itself: facts and targets, or one printable refusal."""
    told: dict[str, httpx.Response] = {}

    def handler(request: httpx.Request) -> httpx.Response:
        answer = told.get(request.url.path) or told.get("")
        return httpx.Response(404) if answer is None else httpx.Response(answer.status_code, content=answer.content)

    async def preflight() -> None:
        async with open_client(GATEWAY, transport=httpx.MockTransport(handler)) as client:
            for kind in TargetKind:
                said = "chosen"
                try:
                    facts = await discover(client, kind)
                    assert facts.version is None or facts.version == clean(facts.version, VERSION_LIMIT)
                    group_by_reason(facts.left_out(kind))
                    facts.missing(["gone-1", "openai/gone-2"])
                    chosen = choose_targets([], facts, client.gateway, kind)
                    assert all(name.isprintable() for name in chosen)
                    apply_probes(facts, chosen, [], {name: Probed(16, None) for name in chosen})
                except PreflightError as refused:
                    said = str(refused)
                assert said.isprintable()
                assert KEY not in said
                assert len(said) < LONGEST_REFUSAL

    with asyncio.Runner() as runner:

        def feed(data: bytes) -> None:
            told.clear()
            told.update(_routes(data))
            runner.run(preflight())

        yield feed


def _routes(data: bytes) -> dict[str, httpx.Response]:
    """What each path is answered; data of another shape is the answer to every one."""
    try:
        every = json.loads(data)
        if isinstance(every, dict) and every.keys() & {"/v1/models", "/model/info", "/v1/mcp/server"}:
            return {
                path: httpx.Response(_status(route.get("status")), content=json.dumps(route.get("json")).encode())
                for path, route in every.items()
                if isinstance(route, dict)
            }
    except (ValueError, RecursionError):
        pass
    return {"": httpx.Response(200, content=data)}


def _status(said: object) -> int:
    return said if isinstance(said, int) and 200 <= said < 600 else 200


@contextmanager
def _talking() -> Iterator[Feed]:
    """The whole client, over a real socket, with a server that says just these bytes and closes."""
    said = b""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await read_request(reader)
            writer.write(said)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        writer.close()

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        server = runner.run(asyncio.start_server(served, "127.0.0.1", 0))
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        opened = open_client(Gateway("fuzzed", url, KEY), timeout_seconds=5.0)
        client = runner.run(opened.__aenter__())

        def feed(data: bytes) -> None:
            nonlocal said
            said = data
            for stream in (False, True):
                attempt = loop.run_until_complete(send(client, chat("m", stream=stream), "r"))
                assert isinstance(attempt, Attempt)
                assert attempt.failure is None or "the answer cannot be read" not in attempt.failure.message
                assert attempt.failure is None or attempt.failure.kind is not FailureKind.TIMEOUT

        try:
            yield feed
        finally:
            runner.run(opened.__aexit__(None, None, None))
            server.close()
            runner.run(server.wait_closed())


def _http_answers() -> Iterator[bytes]:
    for number, body in enumerate([*bodies(), *streamed_calls()]):
        coded = gzip.compress(body, mtime=0)
        yield (
            b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nx-litellm-version: 1.90.2\r\n\r\n" % len(body) + body,
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body),
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(coded) + coded,
            b"HTTP/1.0 500 No\r\ncontent-type: text/event-stream\r\n\r\n" + body,
        )[number % 4]


def _words() -> Iterator[bytes]:
    for message in HOSTILE:
        yield message[:1000].encode("utf-8", errors="surrogatepass")
    for body in bodies():
        if b"rror" in body:
            yield body
    yield from (b"v1.90.2-stable.patch.1", b"main-v1.90.0.rc.1", b"litellm.APIError: BedrockException - {'a': 1}")


TARGETS: dict[str, Target] = {
    "checks": Target(lambda: [*bodies(), *streamed_calls()], _judging),
    "clients": Target(lambda: [*bodies(), *streamed_calls()], lambda: nullcontext(_read_as_users)),
    "events": Target(lambda: [*bodies(), *streamed_calls()], lambda: nullcontext(_read_events)),
    "words": Target(_words, lambda: nullcontext(_read_words)),
    "discovery": Target(routes, _discovering),
    "wire": Target(_http_answers, _talking),
}
"""Each reader by its name."""
