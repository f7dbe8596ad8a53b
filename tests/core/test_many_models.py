"""A gateway with thirty thousand models is read within seconds, and what comes of it is one bounded sentence."""

import json
import time

import httpx
import pytest

from litellm_observatory.core.discovery.discover import discover, no_targets
from litellm_observatory.core.discovery.gateway_info import (
    MOST_REASONS,
    MOST_TARGETS,
    GatewayInfo,
    choose_targets,
    group_by_reason,
)
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.wire.gateway import PreflightError
from tests.core.examples import GATEWAY, client_to
from tests.fuzz.targets import MOST_SECONDS, cpu_seconds

MANY = tuple(f"provider/model-{number}" for number in range(30_000))
SECONDS = 15
"""CPU that preflight may take, ten times what it does; comparing each name with each pattern takes minutes."""


async def facts_of(names: tuple[str, ...], infos: tuple[str, ...]) -> GatewayInfo:
    """What is learnt of a gateway that lists these models, with details of some."""
    bodies = {
        "/v1/models": {"data": [{"id": name} for name in names]},
        "/model/info": {"data": [{"model_name": name, "model_info": {"mode": f"m-{name}"}} for name in infos]},
    }

    def handler(request: httpx.Request) -> httpx.Response:
        body = bodies.get(request.url.path)
        return httpx.Response(200, content=json.dumps(body)) if body else httpx.Response(404)

    async with client_to(handler) as client:
        return await discover(client)


async def test_thirty_thousand_models_are_refused_with_the_names_of_a_few() -> None:
    facts = await facts_of(MANY, ())
    with pytest.raises(PreflightError) as refused:
        choose_targets([], facts, GATEWAY, TargetKind.CHAT)
    assert "lists 30,000 chat models, and one run tests 1,000 at most; name the models to test, such as" in str(
        refused.value
    )
    assert "and 29,995 more" in str(refused.value)
    assert choose_targets(MANY[-2:], facts, GATEWAY, TargetKind.CHAT) == MANY[-2:]
    as_many = GatewayInfo(None, dict.fromkeys(MANY[:MOST_TARGETS]))
    assert len(choose_targets([], as_many, GATEWAY, TargetKind.CHAT)) == MOST_TARGETS


async def test_thousands_of_patterns_keep_nobody_waiting() -> None:
    patterns = tuple(f"team-{number}/*" for number in range(15_000))
    began = time.process_time()
    facts = await facts_of(MANY[:15_000], patterns)
    facts.missing([f"gone-{number}" for number in range(MOST_TARGETS)])
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("pattern", ["{}*", "*{}", "{}" + "*a" * 120, "*" * 200 + "{}", "[{}*", "a" * 200 + "*{}"])
async def test_a_mebibyte_of_patterns_of_any_shape_keeps_nobody_waiting(pattern: str) -> None:
    names = tuple(f"{number}-" + "a" * 200 for number in range(500))
    patterns = tuple(pattern.format(f"{number:05}") for number in range(2**20 // (len(pattern) + 60)))
    seconds = cpu_seconds(lambda: no_targets([*names, *patterns], list(patterns)))
    assert seconds < MOST_SECONDS
    facts = GatewayInfo(None, dict.fromkeys(patterns))
    assert cpu_seconds(lambda: facts.missing(names)) < MOST_SECONDS


@pytest.mark.parametrize(
    ("pattern", "name", "right"),
    [
        ("openai/*", "openai/gpt-a", True),
        ("openai/*", "openai/", True),
        ("*/gpt-*-mini", "azure/gpt-5-mini", True),
        ("*/gpt-*-mini", "azure/gpt-mini", False),
        ("a*a", "a", False),
        ("*", "", True),
        ("**b*", "abc", True),
        ("[ab]*", "a-model", False),
        ("[ab]*", "[ab]-model", True),
        ("gpt-?*", "gpt-5", False),
    ],
)
def test_only_a_star_stands_for_any_text(pattern: str, name: str, right: bool) -> None:
    assert GatewayInfo(None, {pattern: None}).missing([name]) == (() if right else (name,))


async def test_thirty_thousand_reasons_to_be_left_out_are_one_bounded_note() -> None:
    facts = await facts_of(MANY, MANY)
    note = group_by_reason(facts.left_out(TargetKind.CHAT))
    assert len(note) < 3000
    assert note.endswith(f"and {30_000 - MOST_REASONS:,} more")


def test_as_many_models_as_a_run_may_have_are_scheduled_within_seconds() -> None:
    began = time.process_time()
    traffic = Traffic(MANY[:MOST_TARGETS], 168 * 3600.0, 1.0)
    assert not traffic.unused_models
    assert traffic.ends_an_hour(traffic.count - 1) in (True, False)
    assert time.process_time() - began < SECONDS
