"""One attempt: what is sent, what is kept of the answer, and that nothing a gateway does is ever raised."""

import asyncio
import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from litellm_observatory.core.wire.attempts import ID_LIMIT
from litellm_observatory.core.wire.checks.chat import chat_answered
from litellm_observatory.core.wire.checks.check import Check
from litellm_observatory.core.wire.client import open_client, send
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import BODY_LIMIT, Request
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.core.wire.samples import Attempt
from tests.core.examples import KEY, Handler, client_to, completion


async def attempt(handler: Handler, request: Request | None = None, timeout_seconds: float = 60.0) -> Attempt:
    async with client_to(handler, timeout_seconds=timeout_seconds) as client:
        return await send(client, request or chat("gpt-a"), "run-7")


async def failed(handler: Handler, request: Request | None = None) -> Failure:
    failure = (await attempt(handler, request)).failure
    assert failure is not None
    return failure


async def test_what_goes_over_the_wire_is_the_request_and_no_more() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=completion())

    assert (await attempt(handler, chat("gpt-a", "hello", max_tokens=5))).failure is None
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", "http://gateway.test/v1/chat/completions")
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.headers["x-request-id"] == "run-7"
    assert json.loads(request.content) == {
        "model": "gpt-a",
        "messages": [{"role": "user", "content": "hello"}],
        "max_tokens": 5,
        "num_retries": 0,
        "disable_fallbacks": True,
        "cache": {"no-cache": True, "no-store": True},
    }
    assert request.headers["Cache-Control"] == "no-cache, no-store"


async def test_an_attempt_keeps_the_ids_by_which_logs_have_it() -> None:
    told = {"x-litellm-call-id": "call-1", "x-litellm-model-id": "deployment-2"}
    kept = await attempt(lambda _: httpx.Response(500, headers=told))
    assert (kept.request_id, kept.call_id, kept.model_id) == ("run-7", "call-1", "deployment-2")


async def test_a_request_without_an_answer_keeps_our_own_id_alone() -> None:
    def drop(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    kept = await attempt(drop)
    assert (kept.request_id, kept.call_id, kept.model_id) == ("run-7", None, None)


async def test_an_id_is_what_a_gateway_says_and_so_one_bounded_line() -> None:
    told = [(b"x-litellm-call-id", b"a\x1b[31m\tb" + b"c" * 9000), (b"x-litellm-model-id", b" \t ")]
    kept = await attempt(lambda _: httpx.Response(500, headers=told))
    assert kept.call_id is not None
    assert kept.call_id.startswith("a [31m bccc")
    assert len(kept.call_id) == ID_LIMIT
    assert kept.model_id is None


async def test_no_two_requests_ask_the_same_though_they_ask_for_the_same() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content)["messages"][0]["content"])
        return httpx.Response(200, json=completion())

    async with client_to(handler) as client:
        for request_id in ("run-1", "run-2", "run-1"):
            await send(client, chat("gpt-a"), request_id)
    assert len(set(seen)) == 2
    assert seen[0] == seen[2], "the text follows from the id"
    assert all(re.fullmatch(r"Reply with the single word: ok \(request (\d{3}-){3}\d{3}\)", text) for text in seen)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ({"x-litellm-cache-key": "abc"}, FailureKind.CACHED),
        ({"x-cache": "HIT from edge"}, FailureKind.CACHED),
        ({"cf-cache-status": "HIT"}, FailureKind.CACHED),
        ({"x-cache": "MISS"}, None),
    ],
)
async def test_what_came_from_a_cache_proves_nothing(header: dict[str, str], kind: FailureKind | None) -> None:
    got = await attempt(lambda _: httpx.Response(200, json=completion(), headers=header))
    assert (got.failure.kind if got.failure else None) is kind


async def test_a_gateway_below_a_path_is_asked_below_that_path() -> None:
    paths: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(200, json=completion())

    gateway = Gateway("below", "http://gateway.test/team/litellm", KEY)
    async with open_client(gateway, transport=httpx.MockTransport(handler)) as client:
        await send(client, chat("gpt-a"), "1")
    assert paths == ["/team/litellm/v1/chat/completions"]


async def test_what_the_headers_tell_is_kept() -> None:
    headers = {
        "x-litellm-overhead-duration-ms": "1.5",
        "x-litellm-attempted-retries": "2",
        "x-litellm-attempted-fallbacks": "1",
        "x-litellm-response-cost": "1.35e-05",
        "x-litellm-version": "1.81.3",
    }
    kept = await attempt(lambda _: httpx.Response(200, headers=headers, json=completion()))
    assert kept == Attempt(0.0, None, 1.5, 2, 1, 1.35e-05, "1.81.3", request_id="run-7")


@pytest.mark.parametrize("status", [400, 429, 500])
async def test_what_an_error_says_that_it_cost_is_not_believed(status: int) -> None:
    """LiteLLM puts 0 there: a run of nothing but errors would be told to have cost $0."""
    kept = await attempt(lambda _: httpx.Response(status, headers={"x-litellm-response-cost": "0.0"}, json={}))
    assert kept.cost is None


@pytest.mark.parametrize("garbage", ["", "x", "nan", "inf", "-1", "1e400", "1, 2", "0x10", "None"])
async def test_a_header_that_is_no_number_tells_nothing(garbage: str) -> None:
    names = ("overhead-duration-ms", "attempted-retries", "attempted-fallbacks", "response-cost")
    headers = {f"x-litellm-{name}": garbage for name in names}
    kept = await attempt(lambda _: httpx.Response(200, headers=headers, json=completion()))
    assert (kept.failure, kept.overhead_ms, kept.retries, kept.fallbacks, kept.cost) == (None, None, 0, 0, None)


async def test_a_body_over_the_limit_is_not_read_on() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 65536
            yield b" " * 65536

    failure = await failed(lambda _: httpx.Response(200, content=endless()))
    assert failure == Failure(FailureKind.TOO_LARGE, "the body is larger than 1048576 bytes")
    assert taken <= BODY_LIMIT + 65536


async def test_a_body_at_the_limit_is_read_and_judged() -> None:
    body = json.dumps(completion()).encode()
    whole = body + b" " * (BODY_LIMIT - len(body))
    assert (await attempt(lambda _: httpx.Response(200, content=whole))).failure is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), FailureKind.CONNECTION),
        (httpx.ReadTimeout("slow"), FailureKind.TIMEOUT),
        (httpx.RemoteProtocolError("cut"), FailureKind.CONNECTION),
        (httpx.DecodingError("no gzip"), FailureKind.MALFORMED),
        (OSError("no file descriptors left"), FailureKind.CONNECTION),
        (httpx.ConnectError(""), FailureKind.CONNECTION),
    ],
)
async def test_whatever_the_network_raises_is_stated(error: Exception, kind: FailureKind) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    failure = await failed(handler)
    assert failure.kind is kind
    assert str(error) in failure.message


async def test_a_redirect_is_told_and_not_followed() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(307, headers={"Location": "http://elsewhere.test/"})

    assert await failed(handler) == Failure(FailureKind.MALFORMED, "307: no message")
    assert asked == ["http://gateway.test/v1/chat/completions"]


async def test_a_check_that_a_suite_wrote_is_asked_instead() -> None:
    request = chat("gpt-a")
    other = Request(request.name, request.model, request.path, request.body, chat_answered & Check(_is_short))
    failure = await failed(lambda _: httpx.Response(200, json=completion()), other)
    assert failure == Failure(FailureKind.MALFORMED, "too long")


def _is_short(reply: Reply) -> Failure | None:
    return Failure(FailureKind.MALFORMED, "too long") if len(reply.body) > 5 else None


async def test_a_cancelled_request_is_cancelled_and_no_failure() -> None:
    async def hang(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    task = asyncio.ensure_future(attempt(hang))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_url_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(
        PreflightError, match=r"gateway .x. at http://ä..b has a URL that cannot be used \(.*\); check it"
    ):
        async with open_client(Gateway("x", "http://ä..b", KEY)):
            pass
