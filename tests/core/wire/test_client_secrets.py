"""What a gateway echoes of a key is not kept, not even half of it."""

import json
from typing import Any

import httpx
import pytest

from litellm_observatory.core.wire.client import open_client, send
from litellm_observatory.core.wire.failures import MESSAGE_LIMIT
from litellm_observatory.core.wire.gateway import Gateway
from litellm_observatory.core.wire.requests import chat
from tests.core.examples import GATEWAY, KEY, client_to

ECHOES: dict[str, Any] = {
    "in an error": {"error": {"message": f"no such key: Bearer {KEY}"}},
    "at any depth": {"detail": [{"headers": {"authorization": f"Bearer {KEY}"}}]},
    "far behind": "x" * 1990 + KEY,
    "behind blanks": " " * 1990 + KEY,
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("status", [200, 401, 500])
async def test_a_key_that_the_gateway_echoes_is_not_kept(echo: Any, status: int) -> None:
    content = echo if isinstance(echo, str) else json.dumps(echo)
    async with client_to(lambda _: httpx.Response(status, content=content)) as client:
        failure = (await send(client, chat("gpt-a"), "1")).failure
    assert failure is not None
    assert KEY[:8] not in str(failure)
    assert len(failure.message) <= MESSAGE_LIMIT


@pytest.mark.parametrize("key", [KEY, "hunter2-hunter2-hunter2"])
async def test_a_key_in_a_header_that_is_kept_is_not_kept(key: str) -> None:
    said = dict.fromkeys(("x-litellm-version", "x-litellm-call-id", "x-litellm-model-id"), f"for {key}")
    transport = httpx.MockTransport(lambda _: httpx.Response(500, headers=said))
    async with open_client(Gateway("g", "http://gateway.test", key), transport=transport) as client:
        kept = await send(client, chat("gpt-a"), "1")
    assert (kept.version, kept.call_id, kept.model_id) == ("for [key]",) * 3


@pytest.mark.parametrize("key", [KEY, "hunter2-hunter2-hunter2"])
async def test_no_check_can_quote_half_of_a_key(key: str) -> None:
    for before in range(100 - len(key), 101):  # "200 but no JSON" quotes 100 characters
        page = "<" + "x" * (before - 2) + " " + key
        transport = httpx.MockTransport(lambda _, page=page: httpx.Response(200, content=page))
        async with open_client(Gateway("g", "http://gateway.test", key), transport=transport) as client:
            failure = (await send(client, chat("gpt-a"), "1")).failure
        assert "no JSON" in str(failure)
        assert key[:2] not in str(failure)


async def test_a_key_that_is_echoed_in_other_letters_of_json_is_not_kept() -> None:
    key = "hunter2/hunter2"
    body = '{"error": {"message": "no such key: \\u0068unter2\\/hunter2"}}'
    transport = httpx.MockTransport(lambda _: httpx.Response(400, content=body))
    async with open_client(Gateway("g", "http://gateway.test", key), transport=transport) as client:
        failure = (await send(client, chat("gpt-a"), "1")).failure
    assert failure is not None
    assert failure.message == "400: no such key: [key]"


def test_the_key_shows_in_no_representation() -> None:
    assert KEY not in repr(GATEWAY) + str(GATEWAY)
