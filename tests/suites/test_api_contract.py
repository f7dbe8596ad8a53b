"""The contract's cases, and how a case is sent and judged."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from suites.api_contract import api_contract
from suites.discovery import Facts
from suites.sending_cases import send_case
from suites.wire.client import send
from suites.wire.request import Request
from suites.wire.requests import chat
from tests.suites.examples import client_to, completion

FACTS = Facts(None, {"gpt-a": "chat", "gpt-b": "chat", "embed": "embedding", "embed-b": "embedding"})


def names(*models: str, facts: Facts = FACTS) -> list[str]:
    return [request.name for request in api_contract().requests(models, facts)]


def test_every_case_has_a_name_of_its_own() -> None:
    assert len(set(names("gpt-a", "gpt-b"))) == len(names("gpt-a", "gpt-b")) == 54


def test_an_embedding_model_is_the_first_one_unless_some_are_named() -> None:
    assert [name for name in names("gpt-a") if "as numbers" in name] == ["embed: embeddings as numbers"]
    assert [name for name in names("gpt-a", "embed-b") if "as numbers" in name] == ["embed-b: embeddings as numbers"]


def test_what_cannot_be_tested_is_known_beforehand_and_not_sent() -> None:
    cases = api_contract().requests(["gpt-a"], Facts(None, {"gpt-a": "chat"}))
    skipped = {case.name: case.skip for case in cases if case.skip}
    assert skipped == dict.fromkeys(
        ("embeddings as numbers", "embeddings as base64", "headers of embeddings"),
        "the gateway lists no embedding model",
    )


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
        ("wrong key refused: chat", 200, {}, "auth: a stranger was let in: answered 200"),
        ("unknown model refused: chat", 404, {"error": {"message": "no such model"}}, None),
        ("unknown model refused: chat", 200, {}, "malformed: what makes no sense was answered 200"),
        ("unknown model refused: chat", 400, {"oops": 1}, "malformed: 400 without an error that says why"),
        ("malformed body refused: chat", 500, {"error": {"message": "boom"}}, "server_error: 500: boom"),
        ("models listed", 200, {"data": []}, "malformed: 200 but no list of models"),
        ("readiness", 200, [], "malformed: 200 but no JSON object"),
        ("metrics", 307, {}, "malformed: 307: {}"),
        ("metrics", 200, {}, "malformed: 200 but no metrics"),
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
