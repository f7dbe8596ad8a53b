"""Which models a run sends to, and names that are refused with the choices that exist."""

import pytest

from litellm_observatory.core.discovery.gateway_info import PERMISSION, GatewayInfo, choose_targets
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.wire.gateway import PreflightError
from tests.core.examples import GATEWAY

FACTS = GatewayInfo(None, {"gpt-a": "chat", "gpt-b": "chat", "wild/*": "chat", "embed": "embedding", "odd[1]": None})


def test_all_chat_models_but_patterns_are_tested_unless_some_are_named() -> None:
    assert choose_targets([], FACTS, GATEWAY, TargetKind.CHAT) == ("gpt-a", "gpt-b", "odd[1]")
    named = ["embed", "gpt-b", "wild/x", "odd[1]"]
    assert choose_targets(named, FACTS, GATEWAY, TargetKind.CHAT) == tuple(named)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ["gpt-c"],
            "no model 'gpt-c' on gateway 'staging' at http://gateway.test; there are: embed, gpt-a, gpt-b, odd[",
        ),
        (["gpt-a", "wildx"], "no model 'wildx' on gateway"),
        (["gpt-a", "GPT-A"], "no model 'GPT-A' on gateway"),
        (["gpt-a", "gpt-b", "gpt-a"], "model 'gpt-a' is listed twice; list it once"),
        ([""], "model 1 of the list is '': a name without blanks around is needed"),
        (["gpt-a", " gpt-b"], "model 2 of the list is ' gpt-b': a name without blanks around is needed"),
        (["\t\n"], r"model 1 of the list is '\t\n': a name without blanks around is needed"),
        (["wild/*"], "model 'wild/*' stands for many; name one of them"),
    ],
)
def test_a_name_that_cannot_be_tested_is_refused_with_the_choices(asked: list[str], said: str) -> None:
    with pytest.raises(PreflightError) as refused:
        choose_targets(asked, FACTS, GATEWAY, TargetKind.CHAT)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("modes", "choices"), [({}, "none"), ({"embed": "embedding"}, "embed"), ({"wild/*": None}, "wild/*")]
)
def test_a_gateway_without_chat_models_needs_names(modes: dict[str, str | None], choices: str) -> None:
    with pytest.raises(PreflightError) as refused:
        choose_targets([], GatewayInfo(None, modes), GATEWAY, TargetKind.CHAT)
    assert str(refused.value) == (
        f"gateway 'staging' at http://gateway.test lists no chat model; name the models to test, there are: {choices}"
    )


def test_embedding_models_and_mcp_servers_are_chosen_alike() -> None:
    assert choose_targets([], FACTS, GATEWAY, TargetKind.EMBEDDING) == ("embed",)
    servers = GatewayInfo(None, {"weather": TargetKind.MCP_SERVER, "clock": TargetKind.MCP_SERVER})
    assert choose_targets([], servers, GATEWAY, TargetKind.MCP_SERVER) == ("weather", "clock")
    with pytest.raises(PreflightError, match=r"no MCP server 'mail' on gateway .*; there are: clock, weather"):
        choose_targets(["mail"], servers, GATEWAY, TargetKind.MCP_SERVER)
    with pytest.raises(PreflightError, match="lists no MCP server; name the MCP servers to test, there are: none"):
        choose_targets([], GatewayInfo(None, {}), GATEWAY, TargetKind.MCP_SERVER)
    with pytest.raises(PreflightError, match="lists no embedding model; name the models to test, there are: gpt-a"):
        choose_targets([], GatewayInfo(None, {"gpt-a": None}), GATEWAY, TargetKind.EMBEDDING)


def test_what_a_pattern_makes_may_be_named_and_a_permission_may_not() -> None:
    facts = GatewayInfo(
        None, {"gpt-a": "chat"}, {"wild/x": "made from the pattern wild/*", "all-team-models": PERMISSION}
    )
    assert choose_targets(["wild/x"], facts, GATEWAY, TargetKind.CHAT) == ("wild/x",)
    with pytest.raises(
        PreflightError, match="'all-team-models' is the name of a permission, and no model; name one of: gpt-a"
    ):
        choose_targets(["all-team-models"], facts, GATEWAY, TargetKind.CHAT)
