"""The gate: several suites, each a run of its own, one verdict, one message."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelled, Cancelling, Crashed

from flows.mcp_release import mcp_release
from flows.recovery import recovery
from flows.release_gate import release_gate
from flows.single_request import single_request
from litellm_observatory.core.gate.profiles import PROFILES, Profile
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import LeftOut
from litellm_observatory.orchestration.history.reports import read_report
from litellm_observatory.orchestration.publishing.artifacts import store_report
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import MODELS, SERVERS, Finished, Observatory, page_at
from tests.orchestration.moving import another_gateway, name_block
from tests.orchestration.worker import deploy_suites, worker
from tests.timeouts import LONGEST_WAIT_SECONDS

pytestmark = pytest.mark.night

BRIEF = Profile(hours=1, suites={"single-request": None})
TOOLS = Profile(hours=1, suites={"single-request": None, "mcp-release": 2 / 3600}, interval_seconds=0.05)


@pytest.fixture(autouse=True)
async def suites(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Suites that can be started, and take seconds."""
    monkeypatch.setattr("litellm_observatory.orchestration.gate.children.POLL_SECONDS", 0.1)
    monkeypatch.setitem(PROFILES, "smoke", BRIEF)
    monkeypatch.setitem(PROFILES, "standard", TOOLS)
    await deploy_suites()
    async with worker():
        yield


async def children_of(gate: Finished | UUID) -> list[FlowRun]:
    run_id = gate.id if isinstance(gate, Finished) else gate
    async with get_client() as client:
        parent = FlowRunFilterParentFlowRunId(any_=[run_id])
        return await client.read_flow_runs(flow_run_filter=FlowRunFilter(parent_flow_run_id=parent))


async def gate_under_way(observatory: Observatory, **parameters: Any) -> tuple[asyncio.Task[Finished], UUID]:
    """A gate, and its run, once one of its suites has sent something."""
    gate = asyncio.create_task(observatory.run(release_gate, **parameters))
    child = await observatory.has_received(1)
    async with get_client() as client:
        task = (await client.read_flow_run(child)).parent_task_run_id
        assert task
        parent = (await client.read_task_run(task)).flow_run_id
    assert parent
    return gate, parent


def verdicts(gate: Finished) -> dict[str, str]:
    return {outcome.suite: str(outcome.verdict) for outcome in gate.report.suites}


async def test_a_release_that_passes_is_told_once_and_stands_beside_the_last_good(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observatory.gateway, "version", "1.89.0")
    before = await observatory.run(release_gate, release="v1.89.0")
    monkeypatch.setattr(observatory.gateway, "version", "1.90.0")
    gate = await observatory.run(release_gate, release="v1.90.0", models=[*MODELS, "embedder"])

    assert (gate.state.name, gate.report.release) == ("Completed", "v1.90.0")
    assert gate.reason == "Passed: single-request passed, 2 requests"
    assert len(gate.messages) == 1
    [child] = await children_of(gate)
    assert child.idempotency_key == f"{gate.id}-single-request"
    assert "release:v1.90.0" in child.tags
    assert child.parameters["slack"] == ""
    assert child.parameters["deployment_url"] == observatory.gateway_url  # a block that is edited splits no gate
    assert child.parameters["models"] == list(MODELS)  # what is no chat model is not for this suite
    [then], [now] = before.report.suites, gate.report.suites
    assert now.run_id == str(child.id)
    assert now.figures
    assert (now.figures.requests, now.figures.failures) == (2, 0)
    assert now.last_good == then.figures
    history = await page_at(gate.report.history_url)
    assert history.index("v1.90.0") < history.index("v1.89.0")


async def test_one_failed_suite_fails_the_gate_and_is_named(observatory: Observatory) -> None:
    observatory.gateway.arm([Fault(FaultKind.NO_TOOLS, silent_servers=SERVERS)])
    gate = await observatory.run(release_gate, profile="standard")

    assert gate.state.name == "Failed"
    assert verdicts(gate) == {"single-request": "passed", "mcp-release": "failed"}
    assert gate.reason.startswith("Failed: mcp-release: ")
    assert "(1 of 2 suites passed, 1 failed)" in gate.reason
    soak = next(child for child in await children_of(gate) if "duration_hours" in child.parameters)
    assert soak.parameters["duration_hours"] * 3600 == pytest.approx(2)
    assert soak.parameters["request_interval_seconds"] == 0.05


async def test_the_release_is_what_the_gateway_runs_where_nobody_names_one(observatory: Observatory) -> None:
    gate = await observatory.run(release_gate, suites=["single-request"])
    assert gate.report.release == observatory.gateway.version
    async with get_client() as client:
        assert (await client.read_flow_run(gate.id)).name == "what runs now single-request"


async def test_a_release_that_is_not_what_the_gateway_runs_is_refused(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observatory.gateway, "version", "1.89.0")
    gate = await observatory.run(release_gate, release="v9.9.9")

    assert gate.state.name == "Refused"
    assert gate.reason.startswith("Refused: v9.9.9 is not what gateway 'default' at ")
    assert "runs: it reports 1.89.0; deploy that release, name the one that runs, or set allow_other_version" in str(
        gate.reason
    )
    assert await children_of(gate) == []

    allowed = await observatory.run(release_gate, release="v9.9.9", allow_other_version=True)
    assert allowed.reason == (
        "Passed: single-request passed, 2 requests; noted: the gateway reports 1.89.0, not v9.9.9"
    )


@pytest.mark.parametrize("release", ["v1.89.0", "1.89", "main-v1.89.0-stable"])
async def test_a_release_that_is_what_the_gateway_runs_is_compared_in_silence(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    monkeypatch.setattr(observatory.gateway, "version", "1.89.0")
    gate = await observatory.run(release_gate, release=release)
    assert gate.reason == "Passed: single-request passed, 2 requests"


async def test_a_tag_that_is_no_version_is_said_to_be_compared_with_nothing(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observatory.gateway, "version", "1.89.0")
    gate = await observatory.run(release_gate, release="my-branch")
    assert gate.reason == (
        "Passed: single-request passed, 2 requests; noted: the gateway reports 1.89.0, "
        "which cannot be compared with my-branch"
    )


async def test_a_version_that_the_gateway_does_not_tell_is_no_mismatch_but_noted(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observatory.gateway, "version", "")
    gate = await observatory.run(release_gate, release="v1.90.0")
    assert gate.reason == "Passed: single-request passed, 2 requests"
    assert gate.report.notes == ("The gateway does not report its version: it is unknown whether it is v1.90.0",)


async def test_a_gateway_that_is_redeployed_between_its_suites_was_not_tested(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate's preflight meets one version, and each of the suites another, throughout."""
    asked = count()
    monkeypatch.setattr(observatory.gateway, "version_of", lambda *_: "1.89.0" if next(asked) == 0 else "1.90.0")
    gate = await observatory.run(release_gate)

    assert verdicts(gate) == {"single-request": "passed"}
    assert gate.state.name == "Invalid"
    assert re.search(
        r"^Invalid: the gateway's version changed during the run: 1\.89\.0 since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC "
        r"\(preflight\), 1\.90\.0 since \S+ \S+ UTC \(single-request\) \(1 of 1 suites passed\)",
        gate.reason,
    )
    assert [(seen.version, seen.by) for seen in gate.report.versions] == [
        ("1.89.0", "preflight"),
        ("1.90.0", "single-request"),
    ]


async def test_a_profile_leaves_out_what_the_gateway_has_nothing_for(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await observatory.forget("mcp-release")
    monkeypatch.setattr(observatory.gateway, "servers", ())
    gate = await observatory.run(release_gate, profile="standard")
    assert verdicts(gate) == {"single-request": "passed"}
    assert gate.report.left_out == (LeftOut(suite="mcp-release", reason="the gateway lists no MCP server"),)
    assert gate.reason.endswith("; 1 left out: mcp-release (the gateway lists no MCP server)")
    assert "mcp-release: left out, the gateway lists no MCP server" in gate.slack_text
    assert "- **mcp-release**: left out, the gateway lists no MCP server" in gate.page


async def test_a_gateway_that_has_lost_its_mcp_servers_fails(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await observatory.run(single_request, slack="")
    await store_report(before.report.model_copy(update={"suite": "mcp-release"}), before.id)
    monkeypatch.setattr(observatory.gateway, "servers", ())
    gate = await observatory.run(release_gate, profile="standard")
    assert gate.state.name == "Failed"
    assert verdicts(gate) == {"single-request": "passed", "mcp-release": "failed"}
    assert gate.reason.startswith("Failed: mcp-release: lost since run ")
    assert "LiteLLM 1.80.0-standin: the gateway lists no MCP server (1 of 2 suites" in gate.reason
    assert "lost since the last passed run: the gateway lists no MCP server" in gate.slack_text


async def test_a_team_that_switches_mcp_off_says_so_once(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await observatory.forget("release-gate")
    before = await observatory.run(single_request, slack="")
    await store_report(before.report.model_copy(update={"suite": "mcp-release"}), before.id)
    monkeypatch.setattr(observatory.gateway, "servers", ())
    accepted = await observatory.run(release_gate, profile="standard", accept_losses=True)
    assert accepted.state.name == "Completed", accepted.state.message
    assert "; 1 left out: mcp-release (lost since run " in accepted.reason
    assert accepted.reason.endswith(", accepted: the gateway lists no MCP server)")
    for _ in range(2):
        later = await observatory.run(release_gate, profile="standard")
        assert later.reason.endswith("; 1 left out: mcp-release (the gateway lists no MCP server)")

    again = await observatory.run(single_request, slack="")  # MCP is back, and passes
    await store_report(again.report.model_copy(update={"suite": "mcp-release"}), again.id)
    gone = await observatory.run(release_gate, profile="standard")
    assert gone.reason.startswith("Failed: mcp-release: lost since run ")


async def test_one_mcp_server_of_several_that_is_gone_fails_unless_that_is_accepted(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await observatory.forget("mcp-release")
    tools = {"duration_hours": 2 / 3600, "request_interval_seconds": 0.05, "max_failure_rate": 0.5}
    both = await observatory.run(mcp_release, **tools)
    assert both.state.name == "Completed", both.state.message
    monkeypatch.setattr(observatory.gateway, "servers", SERVERS[:1])

    assert (await observatory.run(mcp_release, **tools, servers=[SERVERS[0]])).state.name == "Completed"
    alone = await observatory.run(mcp_release, **tools)
    assert alone.state.name == "Failed"
    assert "lost since run " in alone.reason
    assert f": MCP server {SERVERS[1]}" in alone.reason
    gate = await observatory.run(release_gate, suites=["mcp-release"], profile="standard")
    assert gate.reason.startswith("Failed: mcp-release: lost since run ")
    accepted = await observatory.run(mcp_release, **tools, accept_losses=True)
    assert accepted.state.name == "Completed", accepted.state.message
    assert f", accepted: MCP server {SERVERS[1]}" in accepted.reason
    assert "lost" not in (await observatory.run(mcp_release, **tools)).reason


async def test_a_list_of_mcp_servers_that_is_broken_is_not_passed_over(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observatory.gateway, "servers", None)
    gate = await observatory.run(release_gate, profile="standard")
    assert gate.state.name == "Refused"
    assert verdicts(gate) == {"single-request": "passed", "mcp-release": "refused"}
    assert (
        "does not list its MCP servers: GET /v1/mcp/server was answered 500: no session; look into its log"
        in gate.reason
    )


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        (
            {"suites": ["oai-azur-release"]},
            "no suite 'oai-azur-release' is deployed (did you mean oai-azure-release?); ",
        ),
        ({"suites": ["embeddings-release"], "models": ["gpt-4o-mini"]}, "embeddings-release cannot run, none of"),
        ({"models": ["gpt-5o"]}, "no model 'gpt-5o' on gateway"),
        ({"gateway": "stagng"}, "no gateway block 'stagng'"),
        ({"deployment_url": "http://elsewhere.test"}, "deployment_url names the host 'elsewhere.test'"),
    ],
)
async def test_what_cannot_be_asked_is_refused_before_anything_is_started(
    observatory: Observatory, parameters: dict[str, Any], why: str
) -> None:
    gate = await observatory.run(release_gate, **parameters)
    assert gate.state.name == "Refused"
    assert gate.reason.startswith(f"Refused: {why}")
    assert await children_of(gate) == []
    assert observatory.gateway.received == []
    assert len(gate.messages) == 1


@pytest.mark.parametrize("paused", ["work queue", "work pool"])
async def test_a_gate_whose_suites_nobody_would_begin_is_refused_with_the_remedy(
    observatory: Observatory, paused: str
) -> None:
    name = f"paused-{uuid4()}"
    async with get_client() as client:
        await client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        queue = await client.create_work_queue(name="suites", work_pool_name=name)
        deployment = await (await single_request.ato_deployment("on-demand", tags=["suite"])).aapply()
        await client.update_deployment(deployment, DeploymentUpdate(work_pool_name=name, work_queue_name="suites"))
        if paused == "work queue":
            await client.update_work_queue(queue.id, is_paused=True)
        else:
            await client.update_work_pool(name, WorkPoolUpdate(is_paused=True))
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            gate = await observatory.run(release_gate, suites=["single-request"])
        await client.delete_deployment(deployment)
    resume = f"queue resume suites --pool {name}" if paused == "work queue" else f"pool resume {name}"
    assert gate.state.name == "Refused"
    assert gate.reason.startswith(f"Refused: {paused} '")
    assert f"is paused, so no suite would begin; resume it: prefect work-{resume}" in gate.reason


async def test_a_suite_that_another_gate_runs_already_is_not_run_twice(observatory: Observatory) -> None:
    observatory.gateway.latency_seconds = 4.0
    first, _ = await gate_under_way(observatory, release="v1", suites=["single-request"])
    second = await observatory.run(release_gate, release="v1", suites=["single-request"], profile="full")
    other = await first

    assert second.report.suites == other.report.suites
    assert [child.state_name for child in await children_of(second)] == ["Duplicate"]
    assert len(observatory.gateway.received) == len(MODELS)


async def test_a_suite_that_two_gates_share_is_begun_anew_where_the_gate_that_began_it_is_cancelled(
    observatory: Observatory,
) -> None:
    observatory.gateway.latency_seconds = 30.0
    began, run_id = await gate_under_way(observatory, release="shared", suites=["single-request"])
    shares = asyncio.create_task(
        observatory.run(release_gate, release="shared", suites=["single-request"], profile="full")
    )
    async with get_client() as client:
        duplicates = FlowRunFilter(
            tags=FlowRunFilterTags(all_=["release:shared"]),
            state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Duplicate"])),
        )
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while not await client.read_flow_runs(flow_run_filter=duplicates):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        observatory.gateway.latency_seconds = 0.0
        await client.set_flow_run_state(run_id, Cancelling(message="the night shift"))
    cancelled, tested = await began, await shares

    assert verdicts(cancelled) == {"single-request": "cancelled"}
    assert verdicts(tested) == {"single-request": "passed"}
    assert tested.state.name == "Completed"
    assert sorted(str(child.state_name) for child in await children_of(tested)) == ["Completed", "Duplicate"]


async def test_cancelling_a_gate_cancels_its_suites(observatory: Observatory) -> None:
    observatory.gateway.latency_seconds = 30.0
    running, run_id = await gate_under_way(observatory, suites=["single-request"])
    async with get_client() as client:
        await client.set_flow_run_state(run_id, Cancelling(message="the night shift"))
    gate = await running

    assert gate.report.verdict is Verdict.CANCELLED
    assert gate.report.reason == "Cancelled: by the night shift; until then: 0 of 1 suites passed, 1 cancelled"
    assert len(gate.messages) == 1
    [child] = await children_of(gate)
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while (await state_of(child.id)) != "Cancelled":  # noqa: ASYNC110  the server tells nobody
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(("ended", "verdict"), [(Cancelled, Verdict.CANCELLED), (Crashed, Verdict.CRASHED)])
async def test_a_gate_that_ends_while_nobody_executes_it_has_its_suites_cancelled_by_recovery(
    observatory: Observatory,
    monkeypatch: pytest.MonkeyPatch,
    ended: Callable[..., State[None]],
    verdict: Verdict,
) -> None:
    """Cancelled by somebody, or crashed once too often."""
    monkeypatch.setattr("flows.recovery.GRACE", timedelta(0))
    observatory.gateway.latency_seconds = 30.0
    killed, run_id = await gate_under_way(observatory, suites=["single-request"])
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    async with get_client() as client:
        await client.set_flow_run_state(run_id, ended(message="the night shift"), force=True)

    await recovery(run_id)

    [child] = await children_of(run_id)
    assert await state_of(child.id) in ("Cancelling", "Cancelled")
    report = await read_report("release-gate", run_id)
    assert report
    assert report.verdict is verdict


async def state_of(run_id: UUID) -> str | None:
    async with get_client() as client:
        return (await client.read_flow_run(run_id)).state_name


async def test_a_gate_taken_up_after_a_crash_starts_no_suite_twice(observatory: Observatory) -> None:
    observatory.gateway.latency_seconds = 2.0
    crashed, run_id = await gate_under_way(observatory, release="v1", suites=["single-request"])
    crashed.cancel()
    await asyncio.gather(crashed, return_exceptions=True)
    assert await state_of(run_id) == "Crashed"

    gate = await observatory.again(release_gate, run_id, release="v1", suites=["single-request"])

    assert gate.state.name == "Completed"
    assert len(await children_of(gate)) == 1
    assert len(observatory.gateway.received) == len(MODELS)
    assert len(gate.messages) == 1


async def test_a_gate_whose_plan_is_lost_is_not_planned_anew_for_another_gateway(observatory: Observatory) -> None:
    await name_block(observatory.gateway_url)
    observatory.gateway.latency_seconds = 30.0
    asked: dict[str, Any] = {"gateway": "moving", "suites": ["single-request"]}
    crashed, run_id = await gate_under_way(observatory, **asked)
    crashed.cancel()
    await asyncio.gather(crashed, return_exceptions=True)
    shutil.rmtree(observatory.results)
    with another_gateway() as (other, url):
        await name_block(url)
        gate = await observatory.again(release_gate, run_id, **asked)

    assert other.received == []
    assert gate.state.name == "Invalid"
    assert gate.reason.startswith(
        f"Invalid: the run began at {observatory.gateway_url}, and gateway block 'moving' names {url} now"
    )
    [child] = await children_of(run_id)
    assert await state_of(child.id) in ("Cancelling", "Cancelled")


async def test_a_suite_whose_run_somebody_deletes_is_told_as_our_fault(observatory: Observatory) -> None:
    observatory.gateway.latency_seconds = 30.0
    running, run_id = await gate_under_way(observatory, suites=["single-request"])
    [child] = await children_of(run_id)
    async with get_client() as client:
        await client.delete_flow_run(child.id)
    gate = await running
    assert gate.state.name == "Errored"
    assert "somebody deleted its run" in gate.reason
