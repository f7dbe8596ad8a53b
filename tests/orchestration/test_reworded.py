"""Every sentence reworded to one letter: gates, duplicates, cancellations and the command come to the same ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterTags,
)
from prefect.states import Cancelling
from pydantic import BaseModel

from deployments.api import Run
from deployments.result import End
from flows.release_gate import release_gate
from litellm_observatory.core.gate.profiles import PROFILES, Profile
from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.verdict import Finding
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.names import CANCELLED_BY_LABEL, DUPLICATE_OF_LABEL, DUPLICATE_STATE
from litellm_observatory.orchestration.duplicates import claim
from litellm_observatory.orchestration.gate import children
from litellm_observatory.orchestration.tasks import send_request
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import MODELS, Finished, Observatory
from tests.orchestration.worker import deploy_suites, worker
from tests.timeouts import LONGEST_WAIT_SECONDS

SENTENCES: Mapping[type, Mapping[str, object]] = {
    Report: {"reason": "x", "headline": "x", "why": "x", "what": "x"},
    SuiteOutcome: {"reason": "x", "headline": "x", "why": "x", "what": "x"},
    Finding: {"sentence": "x", "brief": Brief("x"), "remedy": ""},
}


def rewording(kind: type, said: Mapping[str, object]) -> Callable[..., None]:
    """The constructor of a kind, after which each of its sentences is as `said`."""
    build: Callable[..., None] = vars(kind).get("__init__", BaseModel.__init__)

    def init(value: object, *args: object, **named: object) -> None:
        build(value, *args, **named)
        for name, text in said.items():
            object.__setattr__(value, name, text)

    return init


@pytest.fixture(autouse=True)
async def reworded(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Nothing is said in words; suites can be started, and take seconds."""
    for kind, said in SENTENCES.items():
        monkeypatch.setattr(kind, "__init__", rewording(kind, said))
    for words in ("sentence_of_duplicate", "message_of_duplicate"):
        monkeypatch.setattr(claim, words, lambda *_: "x")
    monkeypatch.setattr(children, "Cancelling", lambda message: Cancelling(message="x"))
    monkeypatch.setattr(children, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(send_request, "retry_delay_seconds", [0.01] * 3)
    monkeypatch.setitem(PROFILES, "smoke", Profile(hours=1, suites={"single-request": None, "api-contract": None}))
    await deploy_suites()
    async with worker():
        yield


async def status_of(gate: Finished) -> int:
    """The exit status with which the command ends that followed a gate."""
    async with get_client() as client:
        run = Run.of(await client.read_flow_run(gate.id))
    return End.of(run, gate.artifacts.get("release-gate-result")).status


def ends(gate: Finished) -> dict[str, str]:
    return {outcome.suite: str(outcome.verdict) for outcome in gate.report.suites}


async def test_a_gate_fails_by_the_suite_that_failed(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, models=(MODELS[1],))])
    gate = await observatory.run(release_gate, suites=["single-request"])
    assert (gate.state.name, gate.state.message) == ("Failed", "x")
    assert ends(gate) == {"single-request": "failed"}
    assert await status_of(gate) == 1


async def test_a_gate_passes_where_all_of_its_suites_do(observatory: Observatory) -> None:
    gate = await observatory.run(release_gate, models=[MODELS[0]])
    assert (gate.state.name, gate.state.message) == ("Completed", "x")
    assert ends(gate) == {"single-request": "passed", "api-contract": "passed"}
    assert await status_of(gate) == 0


async def test_a_fault_of_ours_and_a_refusal_are_no_failure(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = await observatory.run(release_gate, gateway="nobody-knows")

    async def break_down(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("litellm_observatory.orchestration.run_suite.send_cases", break_down)
    errored = await observatory.run(release_gate, suites=["single-request"])
    assert [refused.state.name, errored.state.name] == ["Refused", "Errored"]
    assert ends(errored) == {"single-request": "errored"}
    assert [await status_of(gate) for gate in (refused, errored)] == [4, 4]


async def test_a_duplicate_has_its_originals_verdict_until_that_one_is_cancelled_with_its_gate(
    observatory: Observatory,
) -> None:
    observatory.gateway.latency_seconds = 30.0
    asked = partial(observatory.run, release_gate, release="reworded", suites=["single-request"])
    gates = [asyncio.create_task(asked(profile=profile)) for profile in ("smoke", "full")]
    duplicates = FlowRunFilter(
        tags=FlowRunFilterTags(all_=["release:reworded"]),
        state=FlowRunFilterState(name=FlowRunFilterStateName(any_=[DUPLICATE_STATE])),
    )
    async with get_client() as client:
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while not (found := await client.read_flow_runs(flow_run_filter=duplicates)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        original = await client.read_flow_run(UUID(str(found[0].labels[DUPLICATE_OF_LABEL])))
        assert original.parent_task_run_id
        its_gate = (await client.read_task_run(original.parent_task_run_id)).flow_run_id
        assert its_gate
        observatory.gateway.latency_seconds = 0.0
        await client.set_flow_run_state(its_gate, Cancelling(message="x"))
    cancelled, tested = sorted(await asyncio.gather(*gates), key=lambda gate: gate.id != its_gate)

    assert (cancelled.report.verdict, tested.report.verdict) == ("cancelled", "passed")
    assert [await status_of(gate) for gate in (cancelled, tested)] == [4, 0]
    async with get_client() as client:
        ended = await client.read_flow_run(original.id)
    assert ended.labels[CANCELLED_BY_LABEL] == "release-gate"
