"""Preflight: what a gateway says of itself, and every way in which it is refused in one clear sentence."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.discovery.gateway_info import GatewayInfo, choose_targets
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.wire.attempts import attempt_of
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.requests import chat
from tests.core.examples import GATEWAY, KEY, client_to

Answer = httpx.Response | Callable[[], Awaitable[httpx.Response]]


def models(*entries: Any) -> httpx.Response:
    return httpx.Response(200, content=json.dumps({"object": "list", "data": list(entries)}))


def info(**modes: Any) -> httpx.Response:
    data = [{"model_name": name, "model_info": {"mode": mode}} for name, mode in modes.items()]
    return httpx.Response(200, json={"data": data})


TWO = models({"id": "gpt-a"}, {"id": "embed"})
NOT_FOUND = httpx.Response(404, json={"detail": "Not Found"})


async def facts_of(answers: Mapping[str, Answer], kind: TargetKind = TargetKind.CHAT) -> GatewayInfo:
    async def handler(request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        answer = answers.get(request.url.path, NOT_FOUND)
        return answer if isinstance(answer, httpx.Response) else await answer()

    async with client_to(handler) as client:
        return await discover(client, kind)


async def refusal(answers: Mapping[str, Answer]) -> str:
    with pytest.raises(PreflightError) as refused:
        await facts_of(answers)
    return str(refused.value)


async def hang() -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def broken() -> httpx.Response:
    raise httpx.ConnectError("no route")


async def test_modes_and_version_are_found_wherever_the_gateway_tells_them() -> None:
    facts = await facts_of(
        {
            "/v1/models": models({"id": "gpt-a", "mode": "chat"}, {"id": "embed"}, {"id": "unknown"}),
            "/model/info": info(embed="embedding", unknown=None, **{"gpt-a": None}),
            "/health/readiness": httpx.Response(200, json={"litellm_version": "1.81.3"}),
        }
    )
    assert facts == GatewayInfo("1.81.3", {"gpt-a": "chat", "embed": "embedding", "unknown": None})
    assert facts.of(TargetKind.CHAT) == ("gpt-a", "unknown")
    assert facts.left_out(TargetKind.CHAT) == {"embed": "mode embedding"}


async def test_permissions_and_what_a_pattern_makes_are_no_targets() -> None:
    facts = await facts_of(
        {
            "/v1/models": models(
                {"id": "gpt-a"}, {"id": "all-team-models"}, {"id": "openai/gpt-a"}, {"id": "openai/whisper-1"}
            ),
            "/model/info": info(**{"gpt-a": "chat", "openai/*": None, "openai/gpt-a": "chat"}),
        }
    )
    assert [name for name in facts.of(TargetKind.CHAT) if "*" not in name] == ["gpt-a", "openai/gpt-a"]
    assert facts.left_out(TargetKind.CHAT) == {
        "all-team-models": "the name of a permission",
        "openai/whisper-1": "made from the pattern openai/*",
        "openai/*": "a pattern",
    }


@pytest.mark.parametrize("status", [401, 403, 404, 500])
async def test_without_model_info_the_list_of_models_is_enough(status: int) -> None:
    facts = await facts_of(
        {"/v1/models": TWO, "/model/info": httpx.Response(status, json={"data": [{"model_name": "x"}]})}
    )
    assert facts == GatewayInfo(None, {"gpt-a": None, "embed": None})
    assert facts.of(TargetKind.CHAT) == ("gpt-a", "embed")


async def test_a_model_of_several_deployments_has_the_mode_that_one_of_them_states() -> None:
    data = [{"model_name": "gpt-a", "model_info": {"mode": mode}} for mode in (None, "chat", None)]
    facts = await facts_of({"/v1/models": TWO, "/model/info": httpx.Response(200, json={"data": data})})
    assert facts.modes["gpt-a"] == "chat"


@pytest.mark.parametrize(
    "said",
    [
        [],
        {"data": None},
        {"data": ["x", None, {}, {"model_name": 7}, {"model_name": "gpt-a", "model_info": "chat"}]},
        {
            "data": [
                {"model_name": "gpt-a", "model_info": ["mode"]},
                {"model_name": "gpt-a", "model_info": {"mode": 1}},
            ]
        },
    ],
)
async def test_a_model_info_of_another_shape_tells_nothing(said: Any) -> None:
    facts = await facts_of({"/v1/models": TWO, "/model/info": httpx.Response(200, json=said)})
    assert facts.modes == {"gpt-a": None, "embed": None}


async def test_entries_that_are_no_models_are_passed_over() -> None:
    listing = models(
        {"id": "gpt-a"}, "gpt-b", None, {"id": None}, {"id": ""}, {"id": " "}, {"id": "a\ud800"}, {"x": 1}
    )
    assert list((await facts_of({"/v1/models": listing})).modes) == ["gpt-a"]


@pytest.mark.parametrize(
    ("answers", "version"),
    [
        ({"/health/readiness": {"litellm_version": "1.81.3"}}, "1.81.3"),
        ({"/health/readiness": {"status": "healthy"}, "/health/readiness/details": {"litellm_version": "2"}}, "2"),
        ({"/health/readiness": {"litellm_version": None}}, None),
        ({"/health/readiness": ["litellm_version"]}, None),
        ({}, None),
    ],
)
async def test_the_version_is_told_by_one_of_two_probes_or_by_none(
    answers: dict[str, Any], version: str | None
) -> None:
    probes = {path: httpx.Response(200, json=body) for path, body in answers.items()}
    assert (await facts_of({"/v1/models": TWO} | probes)).version == version


@pytest.mark.parametrize("probe", [hang, broken])
async def test_a_probe_that_does_not_answer_is_no_reason_to_refuse(probe: Answer) -> None:
    assert (await facts_of({"/v1/models": TWO, "/health/readiness": probe})).version is None


async def test_mcp_servers_are_found_by_the_name_that_their_tools_bear() -> None:
    servers = [{"server_name": "weather", "alias": None}, {"server_name": "mail", "alias": "post"}, {"alias": ""}, 7]
    answers = {"/v1/models": TWO, "/v1/mcp/server": httpx.Response(200, json=servers)}
    assert (await facts_of(answers, TargetKind.MCP_SERVER)).of(TargetKind.MCP_SERVER) == ("weather", "post")


@pytest.mark.parametrize("answer", [NOT_FOUND, httpx.Response(403), httpx.Response(200, json=[])])
async def test_a_gateway_without_mcp_has_no_servers(answer: Answer) -> None:
    assert (await facts_of({"/v1/models": TWO, "/v1/mcp/server": answer}, TargetKind.MCP_SERVER)).modes == {}


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(503), httpx.Response(200, json={"servers": []}), broken]
)
async def test_a_list_of_mcp_servers_that_is_broken_is_no_empty_one(answer: Answer) -> None:
    with pytest.raises(PreflightError):
        await facts_of({"/v1/models": TWO, "/v1/mcp/server": answer}, TargetKind.MCP_SERVER)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("1.81.3\n", "1.81.3"),
        ("1.81.3\ud800", "1.81.3"),
        ("\ufeff1.81.3\u202e\x00", "1.81.3"),
        (" 1.81.3\r\n## passed", "1.81.3 ## passed"),
        ("1.81.3-e\u0301", "1.81.3-\u00e9"),
        ("9" * 1_000_000, "9" * 59 + "…"),
        ("\ud800", None),
        ("", None),
    ],
)
async def test_a_version_is_one_short_line_and_the_same_from_both_places(said: str, version: str | None) -> None:
    """The version of the preflight and those of the answers are compared: what differs makes a run invalid."""
    told = httpx.Response(200, content=json.dumps({"litellm_version": said}))
    assert (await facts_of({"/v1/models": TWO, "/health/readiness": told})).version == version
    in_a_header = {"x-litellm-version": said.replace("\r\n", " ")}
    assert attempt_of(chat("gpt-a"), Reply(200, in_a_header), None, "").version == version


async def test_names_that_cannot_be_sent_as_they_are_or_are_too_long_are_left_out() -> None:
    names = ["gpt-a", "e\u0301", "x" * 256, "x" * 257, "a\nb", "a\u202eb", "a\ud800", "\u2028"]
    listing = models(*({"id": name, "mode": "chat\n" + "x" * 1000} for name in names))
    facts = await facts_of({"/v1/models": listing})
    assert list(facts.modes) == ["gpt-a", "e\u0301", "x" * 256]
    assert {len(str(mode)) for mode in facts.modes.values()} == {40}


async def test_thirty_thousand_models_are_found_and_named_in_a_sentence() -> None:
    listing = models(*({"id": f"{i:05}-" + "x" * 250, "mode": "chat"} for i in range(30_000)))
    facts = await facts_of({"/v1/models": listing})
    assert len(facts.of(TargetKind.CHAT)) == 30_000
    with pytest.raises(PreflightError) as refused:
        choose_targets(["y" * 256], facts, GATEWAY, TargetKind.CHAT)
    assert "and 29,980 more" in str(refused.value)
    assert len(str(refused.value)) < 3000
