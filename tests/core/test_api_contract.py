"""The contract's cases, and how a case is sent and judged."""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.load.send_case import send_case
from litellm_observatory.core.wire.client import send
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat
from suites.api_contract import api_contract
from tests.core.examples import DELTAS, USAGE, client_to, completion, streamed

FACTS = GatewayInfo(None, {"gpt-a": "chat", "gpt-b": "chat", "embed": "embedding", "embed-b": "embedding"})


def names(*models: str, facts: GatewayInfo = FACTS) -> list[str]:
    return [request.name for request in api_contract().requests(models, facts)]


def test_every_case_has_a_name_of_its_own() -> None:
    assert len(set(names("gpt-a", "gpt-b"))) == len(names("gpt-a", "gpt-b")) == 75


def test_an_embedding_model_is_the_first_one_unless_some_are_named() -> None:
    assert [name for name in names("gpt-a") if "as numbers" in name] == ["embed: embeddings as numbers"]
    assert [name for name in names("gpt-a", "embed-b") if "as numbers" in name] == ["embed-b: embeddings as numbers"]


def test_what_cannot_be_tested_is_known_beforehand_and_not_sent() -> None:
    cases = api_contract().requests(["gpt-a"], GatewayInfo(None, {"gpt-a": "chat"}))
    skipped = {case.name: case.skip for case in cases if case.skip}
    assert skipped == dict.fromkeys(
        ("embeddings as numbers", "embeddings as base64", "embeddings, no encoding named", "headers of embeddings"),
        "the gateway lists no embedding model",
    )


def test_an_embedding_without_an_encoding_names_none_at_all() -> None:
    assert "encoding_format" not in case("embed: embeddings, no encoding named").body


async def test_a_case_that_is_skipped_reaches_nobody() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError("it was sent")

    async with client_to(handler) as client:
        attempt = await send_case(client, replace(chat("gpt-a"), skip="nothing to test"), "1")
    assert (attempt.skipped, attempt.failure) == ("nothing to test", None)


async def test_a_probe_is_answered_while_the_traffic_beside_it_is_in_flight() -> None:
    in_flight, seen = 0, []

    async def handler(request: httpx.Request) -> httpx.Response:
        nonlocal in_flight
        if request.method == "GET":
            seen.append(in_flight)
            return httpx.Response(200, json="I'm alive!")
        in_flight += 1
        await asyncio.sleep(0.4)
        in_flight -= 1
        return httpx.Response(200, json=completion())

    probe = next(case for case in api_contract().requests(["gpt-a"], FACTS) if case.name == "liveness under load")
    async with client_to(handler) as client:
        attempt = await send_case(client, probe, "1")
    assert (attempt.failure, seen, in_flight) == (None, [8], 0)


def case(name: str) -> Request:
    return next(case for case in api_contract().requests(["gpt-a"], FACTS) if case.name == name)


@pytest.mark.parametrize(("name", "authorization"), [("wrong key", "Bearer sk-wrong"), ("no key", "")])
async def test_a_stranger_sends_no_key_of_ours(name: str, authorization: str) -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization", ""))
        return httpx.Response(401, json={"error": {"message": "no"}})

    async with client_to(handler) as client:
        attempt = await send(client, case(f"{name} refused: chat"), "1")
    assert attempt.failure is None
    assert [given.startswith(authorization) and len(given) == len(given.strip()) for given in seen] == [True]
    assert "sk-observatory" not in seen[0]


@pytest.mark.parametrize(
    ("name", "status", "body", "failure"),
    [
        ("wrong key refused: chat", 400, {"error": {"type": "no_db_connection"}}, None),
        ("wrong key refused: chat", 500, {"error": {"type": "no_db_connection"}}, None),
        ("wrong key refused: chat", 500, {"error": {"message": "boom"}}, "server_error: 500: boom"),
        ("wrong key refused: chat", 200, {}, "auth: a caller without a valid key was let in: answered 200"),
        ("unknown model refused: chat", 404, {"error": {"message": "no such model"}}, None),
        ("unknown model refused: chat", 200, {}, "malformed: an invalid request was answered 200"),
        ("unknown model refused: chat", 400, {"oops": 1}, "malformed: 400 without an error that says why"),
        ("malformed body refused: chat", 500, {"error": {"message": "boom"}}, "server_error: 500: boom"),
        ("embed: embeddings, no encoding named", 400, {"error": {"message": "null"}}, "bad_request: 400: null"),
        ("gpt-a: cost of messages", 200, {}, "malformed: 200 but without the header x-litellm-response-cost"),
        (
            "refusal of messages as Anthropic tells it",
            400,
            {"type": "error", "error": {"type": "invalid_request_error", "message": "no such model"}},
            None,
        ),
        (
            "refusal of messages as Anthropic tells it",
            400,
            {"error": {"message": "no such model", "type": "invalid_request_error"}},
            "malformed: 400 in a shape that Anthropic's clients do not read",
        ),
        ("models listed", 200, {"data": []}, "malformed: 200 but no list of models"),
        ("readiness", 200, [], "malformed: 200 but no JSON object"),
        ("metrics", 307, {}, "malformed: 307: {}"),
        ("metrics", 200, {}, "malformed: 200 but no metrics"),
        ("metrics without a key", 401, {"error": {"message": "no key"}}, "auth: 401: no key"),
        ("gpt-a: chat", 404, {"error": {"message": "no such deployment"}}, "bad_request: 404: no such deployment"),
        (
            "gpt-a: JSON by a schema",
            200,
            completion(),
            "malformed: JSON by a schema was asked for, but the content is ok",
        ),
        (
            "gpt-a: tool call",
            200,
            completion(),
            "malformed: the tool get_weather was to be called, but what was called is ",
        ),
    ],
)
async def test_a_case_is_judged_by_what_it_is_about(
    name: str, status: int, body: object, failure: str | None
) -> None:
    async with client_to(lambda _: httpx.Response(status, json=body)) as client:
        attempt = await send(client, case(name), "1")
    assert attempt.skipped is None
    assert failure is None if attempt.failure is None else str(attempt.failure).startswith(failure or "nothing")


@pytest.mark.parametrize(
    ("name", "status", "body", "why"),
    [
        ("metrics", 404, {"detail": "Not Found"}, "the gateway has no /metrics/"),
        ("gpt-a: responses", 405, {"detail": "Method Not Allowed"}, "the gateway has no /v1/responses"),
        (
            "gpt-a: tool call",
            400,
            {"error": {"message": "litellm.UnsupportedParamsError: no tools"}},
            "the model does not take it: litellm.UnsupportedParamsError: no tools",
        ),
    ],
)
async def test_what_is_not_enabled_is_skipped(name: str, status: int, body: object, why: str) -> None:
    async with client_to(lambda _: httpx.Response(status, json=body)) as client:
        attempt = await send(client, case(name), "1")
    assert (attempt.failure, attempt.skipped) == (None, why)


async def test_a_chat_is_sent_right_after_another_callers_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """LiteLLM #41230: one caller's timeout benched the deployment for everybody."""
    monkeypatch.setattr("litellm_observatory.core.load.send_case.SETTLE_SECONDS", 0.0)
    bodies: list[dict[str, object]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        if "timeout" in bodies[-1]:
            return httpx.Response(408, json={"error": {"message": "timed out"}})
        return httpx.Response(429, json={"error": {"message": "No deployments available"}})

    async with client_to(handler) as client:
        attempt = await send_case(client, case("gpt-a: chat after another caller's timeout"), "1")
    assert [body.get("timeout") for body in bodies] == [0.001, None]
    assert str(attempt.failure) == "rate_limited: 429: No deployments available"


@pytest.mark.parametrize(
    ("prompt_tokens", "said"),
    [(10, None), (14, "malformed: two answers to one text disagree: 14 streamed, 10 whole")],
)
async def test_one_text_whole_and_streamed_has_as_many_prompt_tokens(prompt_tokens: int, said: str | None) -> None:
    """LiteLLM #36168: usage of a stream was counted anew."""
    texts: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        texts.append(body["messages"][0]["content"])
        if not body.get("stream"):
            return httpx.Response(200, json=completion())
        usage = {**USAGE, "prompt_tokens": prompt_tokens}
        return httpx.Response(200, content=streamed([*DELTAS[:-1], {"choices": [], "usage": usage}]).body)

    async with client_to(handler) as client:
        attempt = await send_case(client, case("gpt-a: prompt tokens, whole and streamed"), "1")
    assert (len(set(texts)), len(texts)) == (1, 2)
    assert (str(attempt.failure) if attempt.failure else None) == said


def test_what_is_asked_of_any_chat_model_is_asked_of_no_embedding_model() -> None:
    facts = GatewayInfo(None, {"embed": "embedding", "gpt-a": "chat"})
    asked = {request.body.get("model") for request in api_contract().requests(["embed"], facts) if request.body}
    assert "gpt-a" in asked
    chats = [request for request in api_contract().requests(["embed"], facts) if "chat" in request.path]
    assert {request.body["model"] for request in chats} <= {"gpt-a", "no-such-model-of-the-observatory"}
