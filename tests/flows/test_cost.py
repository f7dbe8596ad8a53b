"""What a run may cost is said before it sends anything, and refused where it is more than somebody allows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from tests.flows.conftest import MODELS, Finished, Observatory

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
    assert str(run.state.message).startswith(
        "Refused: 2 requests may cost $0.05, and max_cost is $0.01; raise max_cost, or send less"
    )
    assert priced.gateway.probes == []


async def test_what_a_model_turns_out_to_need_counts_before_the_traffic(priced: Observatory) -> None:
    models = priced.gateway.models
    models[MODELS[0]] = replace(models[MODELS[0]], reasoning_tokens=300)
    run = await refused(priced, max_cost=0.1)
    assert "2 requests may cost $1.0" in str(run.state.message)
    assert priced.gateway.probes


async def test_where_a_price_is_not_told_nobody_knows_whether_the_bound_holds(observatory: Observatory) -> None:
    run = await refused(observatory, max_cost=5)
    assert str(run.state.message).startswith(
        "Refused: the price of 2 models is not told (azure-gpt-4o, gpt-4o-mini), so nobody knows"
    )
    assert observatory.gateway.probes == []
    free = await observatory.run(single_request, slack="")
    assert free.state.name == "Completed"
    assert free.report.planned_cost is None
    assert "the price of 2 models is not told" in free.report.plan
