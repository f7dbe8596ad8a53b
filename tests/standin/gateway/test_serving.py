"""Any application over a real socket, and an end that waits for nobody."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from litellm_observatory.standin.gateway.broken import Hang
from litellm_observatory.standin.gateway.serving import serve


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=5, trust_env=False)


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    """An application without a lifespan."""
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


def test_two_servers_run_side_by_side_and_end_with_their_context() -> None:
    with serve(hello) as one, serve(hello) as other:
        assert one.url != other.url
        assert [get(one.url).text, get(other.url).text] == ["hi", "hi"]
    with pytest.raises(httpx.ConnectError):
        get(one.url)


def test_answers_on_a_kept_connection_come_at_once() -> None:
    with serve(hello) as served, httpx.Client(timeout=5, trust_env=False) as client:
        seconds = sorted(client.post(served.url, json={}).elapsed.total_seconds() for _ in range(11))
    assert seconds[5] < 0.02  # a delayed ACK takes 0.04


def test_a_request_that_never_ends_does_not_delay_the_end() -> None:
    arrived = threading.Event()

    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            arrived.set()
            await asyncio.Event().wait()

    with ThreadPoolExecutor() as pool:
        with serve(never) as served:
            answers = [pool.submit(get, served.url) for _ in range(2)]
            assert arrived.wait(5)
            leaving = time.monotonic()
        assert time.monotonic() - leaving < 1
        for answer in answers:
            assert isinstance(answer.exception(), httpx.TransportError)


def test_a_hanging_answer_is_over_when_its_caller_leaves() -> None:
    over = threading.Event()

    async def hanging(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Hang()(scope, receive, send)
            over.set()

    with serve(hanging) as served:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(served.url, json={}, timeout=httpx.Timeout(5, read=0.05), trust_env=False)
        assert over.wait(5)


def test_a_server_that_nobody_asked_ends_at_once() -> None:
    with serve(hello):
        leaving = time.monotonic()
    assert time.monotonic() - leaving < 1


def test_a_taken_port_is_an_error() -> None:
    with (
        serve(hello) as served,
        pytest.raises(OSError, match="in use"),
        serve(hello, httpx.URL(served.url).port or 0),
    ):
        pass
