"""What a run may cost is said before it sends anything, and refused where it is more than somebody allows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId
from prefect.client.schemas.objects import FlowRun

from flows.embeddings_release import embeddings_release
from flows.oai_azure_release import oai_azure_release
from flows.release_gate import release_gate
from flows.single_request import single_request
from litellm_observatory.core.wire.client import open_client
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.orchestration.duplicates.identity import covers, key_of_test
from litellm_observatory.orchestration.gate.plan import Plan, make_plan
from litellm_observatory.orchestration.gate.request import GateRequest
from tests.orchestration.conftest import KEY, MODELS, Finished, Observatory
from tests.orchestration.worker import deploy, deploy_suites

DEAR = (1e-4, 1e-3)
SHORT = {"duration_hours": 0.001, "request_interval_seconds": 0.1, "slack": ""}


@pytest.fixture
def priced(observatory: Observatory) -> Iterator[Observatory]:
    """The gateway with a price for each model."""
    models = observatory.gateway.models
    kept = dict(models)
    models.update({name: replace(model, price=DEAR) for name, model in models.items()})
    yield observatory
    models.update(kept)


async def refused(observatory: Observatory, **parameters: Any) -> Finished:
    run = await observatory.run(single_request, slack="", **parameters)
    assert run.state.name == "Refused", run.state
    assert observatory.gateway.received == []
    return run


async def test_a_run_says_what_it_may_cost_and_goes_on_within_what_is_allowed(priced: Observatory) -> None:
    run = await priced.run(oai_azure_release, max_cost=10, **SHORT)
    assert run.report.planned_cost == pytest.approx(36 * (60 * 1e-4 + 16 * 1e-3), rel=0.05)
    assert "; at most 2,160 tokens sent and 576 answered, $0.8" in run.report.plan
    assert "at most 2,160 tokens sent and 576 answered" in run.page


async def test_a_run_that_may_cost_more_than_is_allowed_asks_no_model_anything(priced: Observatory) -> None:
    run = await refused(priced, max_cost=0.01)
    assert run.reason.startswith(
        "Refused: 2 requests may cost $0.05, and max_cost is $0.01; raise max_cost, or send less"
    )
    assert priced.gateway.probes == []
    assert "max_cost is $0.0000000010; " in (await refused(priced, max_cost=5e-324)).reason


async def test_what_a_model_turns_out_to_need_counts_before_the_traffic(priced: Observatory) -> None:
    models = priced.gateway.models
    models[MODELS[0]] = replace(models[MODELS[0]], reasoning_tokens=300)
    run = await refused(priced, max_cost=0.1)
    assert "2 requests may cost $1.0" in run.reason
    assert priced.gateway.probes


async def test_where_a_price_is_not_told_nobody_knows_whether_the_bound_holds(observatory: Observatory) -> None:
    run = await refused(observatory, max_cost=5)
    assert run.reason.startswith("Refused: the price of 2 models is unknown (azure-gpt-4o, gpt-4o-mini), so max_cost")
    assert observatory.gateway.probes == []
    free = await observatory.run(single_request, slack="")
    assert free.state.name == "Completed"
    assert free.report.planned_cost is None
    assert "the price of 2 models is unknown" in free.report.plan


@pytest.mark.parametrize("parameters", [{"max_cost": 5.0}, {"max_cost": 5.0, "slack": ""}])
def test_what_a_run_may_cost_makes_no_other_test_of_it(parameters: dict[str, Any]) -> None:
    assert key_of_test(single_request, parameters, []) == key_of_test(single_request, {}, [])
    assert covers(single_request, parameters, {})


async def gate(observatory: Observatory, **parameters: Any) -> Finished:
    await deploy_suites()
    return await observatory.run(release_gate, suites=["single-request", "oai-azure-release"], slack="", **parameters)


async def started(run: Finished) -> list[FlowRun]:
    async with get_client() as client:
        parent = FlowRunFilterParentFlowRunId(any_=[run.id])
        return await client.read_flow_runs(flow_run_filter=FlowRunFilter(parent_flow_run_id=parent))


async def test_a_gate_that_may_cost_more_than_is_allowed_starts_nothing(priced: Observatory) -> None:
    run = await gate(priced, max_cost=0.01)
    assert run.state.name == "Refused"
    assert re.match(r"Refused: 962 requests may cost \$2\d\.\d\d, and max_cost is \$0\.01; ", run.reason)
    assert await started(run) == []
    assert (priced.gateway.received, priced.gateway.probes) == ([], [])


async def planned(observatory: Observatory, run_id: str | None = "a-run", **asked: Any) -> Plan:
    """The plan of a gate, of which nothing is started."""
    await deploy_suites()
    question = GateRequest("", "default", None, (), "smoke", ("single-request", "oai-azure-release", "mcp-release"))
    gateway = Gateway("default", observatory.gateway_url, KEY)
    async with open_client(gateway) as client, get_client() as prefect:
        return await make_plan(client, prefect, replace(question, **asked), run_id)


async def test_what_a_gate_may_cost_is_shared_by_those_of_its_suites_that_cost_something(priced: Observatory) -> None:
    plan = await planned(priced, max_cost=100)
    few, many, tools = plan.children
    shares = [child.parameters["max_cost"] for child in (few, many)]
    assert sum(shares) == pytest.approx(100)
    assert shares[1] / shares[0] == pytest.approx(480, rel=0.01)  # as their requests: 2 and 960
    assert "max_cost" not in tools.parameters
    assert all(share >= child.taken.dollars for share, child in zip(shares, (few, many), strict=True))
    assert plan.taken.requests == 962 + tools.taken.requests
    assert many.seconds == pytest.approx(288)
    assert few.seconds is None


async def test_models_that_reason_are_asked_what_they_need_where_a_bound_depends_on_it(priced: Observatory) -> None:
    models = priced.gateway.models
    models[MODELS[0]] = replace(models[MODELS[0]], reasoning_tokens=300)
    guessed = await planned(priced)
    assert guessed.taken.answered == 962 * 16
    assert re.search(r", \$2\d\.\d\d; if models reason, up to 2,\d{3},\d{3} answered, \$2,\d{3}", guessed.text)
    assert priced.gateway.probes == []

    asked = await planned(priced, max_cost=1000)
    assert priced.gateway.probes
    assert asked.taken.answered == pytest.approx(533 * 1024 + 429 * 16, rel=0.05)
    assert "if models reason" not in asked.text
    with pytest.raises(PreflightError, match=r"^1,922 requests may cost \$5\d\d\.\d\d, and max_cost is \$100"):
        await planned(priced, max_cost=100)


async def test_a_plan_without_a_run_asks_no_model_anything(priced: Observatory) -> None:
    await planned(priced, run_id=None, max_cost=1000)
    assert (priced.gateway.received, priced.gateway.probes) == ([], [])


async def test_a_suite_of_no_profile_runs_for_as_long_as_its_stanza_says(observatory: Observatory) -> None:
    await deploy_suites()
    for suite, tags in ((embeddings_release, ["suite", "embedding"]), (oai_azure_release, ["suite"])):
        await deploy(suite, tags, parameters={"duration_hours": 2})
    named = GateRequest(suites=("embeddings-release", "oai-azure-release", "mcp-release"))
    async with open_client(Gateway("default", observatory.gateway_url, KEY)) as client, get_client() as prefect:
        plan = await make_plan(client, prefect, named)
    assert {child.suite: child.seconds for child in plan.children} == {
        "embeddings-release": 7200,
        "oai-azure-release": 288,  # which smoke has, and for so long
        "mcp-release": 288,
    }


async def test_what_a_suite_from_elsewhere_takes_is_not_known(priced: Observatory) -> None:
    its_own = flow(name="its-own")(single_request.fn)
    await (await its_own.ato_deployment("on-demand", tags=["suite"])).aapply()
    plan = await planned(priced, suites=("single-request", "its-own"))
    assert plan.taken.cost is None
    assert "without the unknown part; what its-own takes is unknown" in plan.text
    with pytest.raises(PreflightError, match="what its-own takes is unknown, so max_cost"):
        await planned(priced, suites=("single-request", "its-own"), max_cost=1000)
