"""Before a run each chat model is asked once: how many tokens it needs, and whether it chats at all."""

import json
from typing import Any

import httpx
import pytest

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.probing import BOUNDS, Ask, Probed, apply_probes, probe
from litellm_observatory.core.wire.failures import Failure, FailureKind
from suites.api_contract import api_contract
from suites.embeddings_release import embeddings_release
from suites.oai_azure_release import oai_azure_release
from suites.responses_release import responses_release
from suites.single_request import single_request
from tests.core.examples import choice, client_to, completion

NO_CHAT = (
    "litellm.BadRequestError: OpenAIException - This is not a chat model and thus not supported in the "
    "v1/chat/completions endpoint. Received Model Group=embedder"
)


def thinks(tokens: int) -> dict[str, Any]:
    """What a model answers that has spent the whole bound on reasoning."""
    usage = {"prompt_tokens": 9, "completion_tokens": tokens, "total_tokens": 9 + tokens}
    spent = usage | {"completion_tokens_details": {"reasoning_tokens": tokens}}
    message = {"role": "assistant", "content": None}
    return completion(choices=[choice(finish_reason="length", message=message)], usage=spent)


def gateway(request: httpx.Request) -> httpx.Response:
    asked = json.loads(request.content)
    match asked["model"]:
        case "embedder":
            return httpx.Response(400, json={"error": {"message": NO_CHAT}})
        case "thinker" if asked["max_tokens"] < 256:
            return httpx.Response(200, json=thinks(asked["max_tokens"]))
        case "endless":
            return httpx.Response(200, json=thinks(asked["max_tokens"]))
        case "broken":
            return httpx.Response(500, json={"error": {"message": "no"}})
    return httpx.Response(200, json=completion())


async def probed(ask: Ask | None, *models: str) -> tuple[dict[str, Probed], list[dict[str, Any]]]:
    sent: list[dict[str, Any]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return gateway(request)

    assert ask
    async with client_to(handler) as client:
        return dict(await probe(client, ask, models, "run")), sent


async def test_the_bound_is_raised_until_a_model_answers() -> None:
    found, sent = await probed(single_request().ask, "plain", "thinker", "endless", "broken")
    assert {name: one.tokens for name, one in found.items()} == {
        "plain": 16,
        "thinker": 256,
        "endless": 4096,
        "broken": 16,
    }
    assert found["endless"].is_cut
    assert [one["max_tokens"] for one in sent if one["model"] == "endless"] == list(BOUNDS)


@pytest.mark.parametrize(
    "ask", [single_request(max_tokens=32).ask, oai_azure_release(max_tokens=32).ask, api_contract(max_tokens=32).ask]
)
async def test_a_bound_that_somebody_gives_is_kept(ask: Ask | None) -> None:
    found, sent = await probed(ask, "thinker")
    assert [one["max_tokens"] for one in sent] == [32]
    assert found["thinker"].is_cut


async def test_probing_uses_no_client_of_the_gateway_that_the_soak_will_use() -> None:
    _, sent = await probed(oai_azure_release().ask, "plain")
    assert sent[0]["timeout"] == 61
    assert "timeout" not in oai_azure_release().requests_to("plain")[0].body


def test_each_suite_asks_what_it_sends_and_of_embeddings_nothing_is_asked() -> None:
    ask = responses_release().ask
    assert ask
    assert ask("m", 64).path == "/v1/responses"
    assert ask("m", 64).body["max_output_tokens"] == 64
    assert embeddings_release().ask is None


def test_what_was_found_decides_what_is_sent() -> None:
    no_chat = Probed(16, Failure(FailureKind.BAD_REQUEST, f"400: {NO_CHAT}"))
    cut = Probed(4096, Failure(FailureKind.TRUNCATED, "the bound on tokens was spent on reasoning"))
    every = {"plain": Probed(16, None), "thinker": Probed(256, None), "endless": cut, "embedder": no_chat}
    facts = GatewayInfo("1.90.0", dict.fromkeys(every))

    models, learnt, notes = apply_probes(facts, tuple(every), (), every)

    assert models == ("plain", "thinker", "endless")
    assert notes == (
        "Left out, since they answered that they do not chat: embedder",
        "Longest answers, found by asking once: endless: 4,096 tokens, thinker: 256 tokens",
        "Too small for its reasoning is the bound on tokens of: endless; raise max_tokens",
    )
    bounds = {model: single_request().requests([model], learnt)[0].most_tokens for model in ("plain", "thinker")}
    assert bounds == {"plain": 16, "thinker": 256}
    assert (
        next(r for r in api_contract().requests(["thinker"], learnt) if r.name == "thinker: chat").most_tokens == 256
    )


def test_who_names_a_model_or_states_its_mode_is_believed() -> None:
    no_chat = {"embedder": Probed(16, Failure(FailureKind.BAD_REQUEST, f"400: {NO_CHAT}"))}
    assert apply_probes(GatewayInfo(None, {"embedder": None}), ("embedder",), ("embedder",), no_chat)[0] == (
        "embedder",
    )
    assert apply_probes(GatewayInfo(None, {"embedder": "chat"}), ("embedder",), (), no_chat)[0] == ("embedder",)
    assert apply_probes(GatewayInfo(None, {"embedder": None}), ("embedder",), (), no_chat)[0] == ()
