"""The contract of a real LiteLLM proxy."""

import pytest

from flows.api_contract import api_contract
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.field.conftest import Proxy
from tests.orchestration.conftest import Observatory

pytestmark = pytest.mark.night


async def test_a_healthy_proxy_keeps_its_contract(field: Proxy, observatory: Observatory) -> None:
    run = await observatory.run(api_contract, gateway="field", slack="")

    assert run.state.name == "Completed", run.state.message
    assert [case.name for case in run.report.cases if case.skipped] == []


async def test_a_broken_tool_call_and_empty_vectors_are_told_by_their_cases(
    field: Proxy, observatory: Observatory
) -> None:
    field.provider.chunk_seconds = 0.0
    field.provider.arm(
        [
            Fault(FaultKind.LOST_CHUNK, models=("gpt-4o-mini",), position=1, only_streams=True),
            Fault(FaultKind.EMPTY, models=("embedder",)),
        ]
    )

    run = await observatory.run(api_contract, gateway="field", models=["gpt-4o-mini"], slack="")

    assert run.state.name == "Failed"
    failed = {case.name: case.attempts[-1] for case in run.report.cases if not case.passed}
    assert "the arguments of the call are" in failed["gpt-4o-mini: tool call, streamed"]
    assert "empty vector" in failed["embedder: embeddings as numbers"]
    assert "gpt-4o-mini: tool call" not in failed
