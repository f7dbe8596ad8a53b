"""Every way in which a gateway is refused at preflight, in one clear sentence."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest

from litellm_observatory.core.discovery import discover as discovery
from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.wire.gateway import PreflightError
from tests.core.examples import KEY
from tests.core.sockets import client_at, listening, saying
from tests.core.test_discovery import NOT_FOUND, Answer, broken, facts_of, hang


async def refusal(answers: Mapping[str, Answer]) -> str:
    with pytest.raises(PreflightError) as refused:
        await facts_of(answers)
    return str(refused.value)


KEY_REFUSED: dict[str, httpx.Response] = {
    "without a database": httpx.Response(
        400, json={"error": {"message": "No connected db.", "type": "no_db_connection"}}
    ),
    "unauthorised": httpx.Response(401, json={"error": {"message": f"Invalid proxy server token: {KEY}"}}),
    "forbidden": httpx.Response(403, text="Forbidden"),
    "without a word": httpx.Response(401),
}


@pytest.mark.parametrize("answer", KEY_REFUSED.values(), ids=KEY_REFUSED)
async def test_a_wrong_key_is_said_to_be_one(answer: httpx.Response) -> None:
    said = await refusal({"/v1/models": answer})
    assert said.startswith(f"gateway 'staging' at http://gateway.test refused the key ({answer.status_code}: ")
    assert said.endswith("); renew the api_key of its block (Blocks in the UI, or the commands apply and gateway)")
    assert KEY[:8] not in said
    assert "\n" not in said


NO_GATEWAY: dict[str, tuple[httpx.Response, str]] = {
    "a web page": (httpx.Response(200, text="<html>\n<h1>Welcome</h1>"), "200: <html> <h1>Welcome</h1>"),
    "nothing there": (NOT_FOUND, '404: {"detail":"Not Found"}'),
    "no list": (httpx.Response(200, json={"data": {"gpt-a": {}}}), '200: {"data":{"gpt-a":{}}}'),
    "a bare list": (httpx.Response(200, json=["gpt-a"]), '200: ["gpt-a"]'),
    "a redirect": (httpx.Response(307, headers={"location": "https://gateway.test/v1/models"}), "307: an empty body"),
    "broken": (httpx.Response(500, text="x" * 9000), f"500: {'x' * 119}…"),
    "a list with a wrong status": (httpx.Response(500, json={"data": []}), '500: {"data":[]}'),
}


@pytest.mark.parametrize(("answer", "said"), NO_GATEWAY.values(), ids=NO_GATEWAY)
async def test_what_is_no_gateway_is_said_to_be_none(answer: httpx.Response, said: str) -> None:
    assert await refusal({"/v1/models": answer}) == (
        "gateway 'staging' at http://gateway.test is no LiteLLM gateway: GET /v1/models was answered "
        f"{said}; check its URL"
    )


@pytest.mark.parametrize(
    ("answer", "why"), [(hang, r"no answer within 10 s"), (broken, "the connection broke before an answer: no route")]
)
async def test_a_gateway_that_cannot_be_reached_is_refused(answer: Answer, why: str) -> None:
    assert await refusal({"/v1/models": answer}) == (
        f"gateway 'staging' at http://gateway.test cannot be reached ({why}); check its URL and that it is up"
    )


async def test_the_wait_for_a_gateway_is_bounded_whatever_the_timeout_of_requests() -> None:
    await refusal({"/v1/models": hang})
    assert asyncio.get_running_loop().time() == pytest.approx(discovery.ANSWER_SECONDS)


async def test_a_list_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "LISTING_LIMIT", 1000)
    assert "answered GET /v1/models with more than 1000 bytes" in await refusal(
        {"/v1/models": httpx.Response(200, content=b" " * 1001)}
    )


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://foo..bar", f"http://{'a' * 64}.test"])
async def test_a_mistyped_url_is_refused_in_a_sentence(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolved(host: str, *_: object, **__: object) -> list[object]:
        host.encode("idna")  # as the resolver does
        raise OSError("unreachable")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
    async with client_at(url) as client:
        with pytest.raises(PreflightError, match=r"cannot be reached \(could not connect: .*\); check its URL"):
            await discover(client)


async def test_a_server_of_another_protocol_is_refused_in_a_sentence() -> None:
    async with listening(saying(b"SSH-2.0-OpenSSH_9\r\n\r\n")) as url, client_at(url) as client:
        with pytest.raises(PreflightError, match=r"cannot be reached \(no valid HTTP: Bad status line"):
            await discover(client)
