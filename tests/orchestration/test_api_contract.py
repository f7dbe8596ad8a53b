"""The contract as its users meet it: a task run for every case, with its outcome and why."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

from flows.api_contract import api_contract
from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.parameters import AcceptLosses
from litellm_observatory.core.suite import Cases
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.orchestration.suite_flow import suite_flow
from litellm_observatory.orchestration.tasks import send_request
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from suites import api_contract as suite
from tests.orchestration.conftest import Observatory
from tests.timeouts import LONGEST_WAIT_SECONDS

FEW = {"metrics", "chat", "responses", "messages", "headers of chat", "embeddings as numbers"}
FEW |= {"unknown model refused: chat"}
"""Cases of each kind: of the gateway, of each route, musts and shoulds."""


def few_cases(*, accept_losses: AcceptLosses = False) -> Cases:
    """The contract with few of its cases: how two runs compare depends on no number of them."""
    whole = suite.api_contract(accept_losses=accept_losses)

    def requests(models: Sequence[str], facts: GatewayInfo) -> list[Request]:
        return [one for one in whole.requests(models, facts) if one.name.removeprefix(f"{one.model}: ") in FEW]

    return replace(whole, requests=requests)


few = suite_flow(few_cases)


@pytest.fixture(autouse=True)
async def _unknown_gateway(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that no run has passed yet; what fails is tried again at once."""
    monkeypatch.setattr(send_request, "retry_delay_seconds", [0.01] * 3)
    await observatory.forget("api-contract")


async def _wait_for_task_runs(run_id: UUID, names: set[str]) -> None:
    """Wait until the server, which hears of task runs by and by, knows those of all these names."""
    tasks = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    found: set[str] = set()
    async with asyncio.timeout(LONGEST_WAIT_SECONDS), get_client() as client:
        while not names <= found:
            found = {task.name for task in await client.read_task_runs(flow_run_filter=tasks)}


async def test_every_case_passes_on_a_healthy_gateway_and_is_seen_by_its_name(observatory: Observatory) -> None:
    run = await observatory.run(api_contract)

    assert run.state.name == "Completed", run.state.message
    assert run.reason == "Passed: 32 of 32 musts, 43 of 43 shoulds passed"
    names = {case.name for case in run.report.cases}
    await _wait_for_task_runs(run.id, names)
    assert {
        "liveness under load",
        "metrics",
        "gpt-4o-mini: tool call, streamed",
        "azure-gpt-4o: JSON by a schema",
        "embedder: embeddings as base64",
        "no key refused: messages",
    } <= names
    paths = Counter(record.path for record in observatory.gateway.received)
    assert set(paths) == {"/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings"}


async def test_what_is_not_enabled_is_skipped_and_said_why(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.DISABLED, path="/v1/responses")])

    run = await observatory.run(few, models=["gpt-4o-mini"])

    assert run.state.name == "Completed", run.state.message
    skipped = {case.name: case.skipped for case in run.report.cases if case.skipped}
    assert skipped["gpt-4o-mini: responses"] == "the gateway has no /v1/responses"
    assert len(skipped) == 1
    assert run.reason.endswith("; 1 skipped: the gateway has no /v1/responses (1 case)")
    assert str(run.state.message).endswith(" passed, 1 case skipped")
    assert "| gpt-4o-mini: responses | must | skipped | the gateway has no /v1/responses |" in run.page
    assert run.report.requests == run.report.due == len(run.report.cases) - len(skipped)


async def test_one_model_is_asked_where_one_is_named(observatory: Observatory) -> None:
    run = await observatory.run(few, models=["azure-gpt-4o"], slack="")

    assert run.state.name == "Completed", run.state.message
    asked = {record.model for record in observatory.gateway.received}
    assert asked == {"azure-gpt-4o", "embedder", "no-such-model-of-the-observatory"}


def upgrade(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gateway be of another release from now on."""
    monkeypatch.setattr(observatory.gateway, "version", "1.81.0-standin")


LOST = ("/v1/responses", "/v1/messages", "/v1/embeddings", "/metrics/")


async def test_routes_that_the_last_passed_run_had_are_lost(observatory: Observatory) -> None:
    before = await observatory.run(few)
    async with get_client() as client:
        name = (await client.read_flow_run(before.id)).name
    observatory.gateway.arm([Fault(FaultKind.DISABLED, path=path) for path in LOST])

    run = await observatory.run(few, models=["azure-gpt-4o"])

    assert run.state.name == "Failed"
    met = f"{before.report.started_at:%Y-%m-%d %H:%M}, LiteLLM {observatory.gateway.version}"
    assert f"lost since run {name} of {met}: the gateway has no /metrics/ (" in run.reason
    assert all(f"the gateway has no {path} (" in run.reason for path in LOST)
    lost = {case.name for case in run.report.cases if case.regressed}
    assert lost == {case.name for case in run.report.cases if case.skipped}
    assert "| metrics | should | lost | the gateway has no /metrics/ |" in run.page
    assert "lost since run" in run.slack_text

    again = await observatory.run(few, models=["azure-gpt-4o"])
    assert again.state.name == "Failed"  # a failed run is nobody's predecessor


async def test_a_loss_that_is_accepted_is_named_and_the_next_run_compares_with_that(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {"models": ["azure-gpt-4o"]}
    await observatory.run(few, **one)
    upgrade(observatory, monkeypatch)
    observatory.gateway.arm([Fault(FaultKind.DISABLED, path="/v1/responses"), Fault(FaultKind.NO_HEADERS)])

    lost = await observatory.run(few, **one)
    assert lost.state.name == "Failed"
    accepted = await observatory.run(few, **one, accept_losses=True)
    assert accepted.state.name == "Completed", accepted.state.message
    assert ", accepted: the gateway has no /v1/responses (" in accepted.reason
    assert "lost since run" in accepted.slack_text
    later = await observatory.run(few, **one)
    assert later.state.name == "Completed", later.state.message
    assert "lost since" not in later.reason


async def test_a_pass_of_other_models_hides_no_loss(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await observatory.forget("api-contract")
    every = await observatory.run(few)
    assert every.state.name == "Completed"
    assert (await observatory.run(few, models=["gpt-4o-mini"])).state.name == "Completed"
    upgrade(observatory, monkeypatch)
    observatory.gateway.arm([Fault(FaultKind.NO_HEADERS, models=("azure-gpt-4o",))])

    for asked in ([], ["azure-gpt-4o"]):
        run = await observatory.run(few, models=asked)
        assert run.state.name == "Failed"
        assert {case.model for case in run.report.cases if case.regressed} == {"azure-gpt-4o"}


async def test_a_must_that_fails_is_no_loss_to_accept(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.EMPTY, path="/v1/responses")])
    run = await observatory.run(few, models=["azure-gpt-4o"], accept_losses=True)
    assert run.state.name == "Failed"


@pytest.mark.parametrize("kind", [FaultKind.NO_HEADERS, FaultKind.CRASH, FaultKind.MOVED_METRICS])
async def test_a_should_that_a_gateway_never_kept_is_told_and_one_that_it_kept_is_a_regression(
    observatory: Observatory, kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    observatory.gateway.arm([Fault(kind)])
    first = await observatory.run(few, models=["gpt-4o-mini"])
    assert first.state.name == "Completed", first.state.message
    assert "4 of 4 musts, " in first.reason
    assert "; failed without failing the run: " in first.reason
    observatory.gateway.arm()
    healthy = await observatory.run(few, models=["gpt-4o-mini"])
    assert healthy.state.name == "Completed"
    upgrade(observatory, monkeypatch)
    observatory.gateway.arm([Fault(kind)])
    worse = await observatory.run(few, models=["gpt-4o-mini"])
    assert worse.state.name == "Failed"
    assert "lost since run" in worse.reason


async def test_a_should_that_comes_and_goes_on_one_version_is_told(observatory: Observatory) -> None:
    await observatory.run(few, models=["gpt-4o-mini"])
    observatory.gateway.arm([Fault(FaultKind.NO_HEADERS)])
    run = await observatory.run(few, models=["gpt-4o-mini"])
    assert run.state.name == "Completed", run.state.message
    assert "failed without failing the run, since the same version passed it in run" in run.report.reason


async def test_a_model_taken_off_the_list_is_told_and_loses_no_route(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await observatory.run(few)
    models = {name: model for name, model in observatory.gateway.models.items() if name != "azure-gpt-4o"}
    monkeypatch.setattr(observatory.gateway, "models", models)
    run = await observatory.run(few)
    assert run.state.name == "Completed"
    assert run.reason.endswith("; no longer listed: azure-gpt-4o")


async def test_the_last_model_of_a_kind_is_a_loss(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> None:
    await observatory.run(few)
    models = {name: model for name, model in observatory.gateway.models.items() if name != "embedder"}
    monkeypatch.setattr(observatory.gateway, "models", models)
    run = await observatory.run(few)
    assert run.state.name == "Failed"
    assert "the gateway lists no embedding model (1 case)" in run.reason


async def test_a_model_that_refuses_answers_but_proves_nothing_of_tools_and_json(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.REFUSAL)])

    run = await observatory.run(api_contract, models=["gpt-4o-mini"])

    assert run.state.name == "Inconclusive", run.state.message
    musts = {case.name for case in run.report.cases if case.unproven and case.level is Level.MUST}
    assert musts == {f"gpt-4o-mini: {what}" for what in ("tool call", "tool call, streamed", "JSON by a schema")}
    assert not any(case.skipped for case in run.report.cases)
    answers = [case for case in run.report.cases if case.name.startswith("gpt-4o-mini: chat")]
    assert [case.passed for case in answers] == [True] * len(answers)
    assert len(answers) == 3
