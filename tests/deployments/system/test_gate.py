"""A gate on a real observatory: killed, and cancelled."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deployments.api import Run
from tests.chaos.stage import Stage
from tests.chaos.waiting import until
from tests.deployments.system.conftest import LET_IN
from tests.observatory import Up
from tests.timeouts import LONGEST_WAIT_SECONDS

pytestmark = pytest.mark.night


@pytest.fixture
def stage(up: Up) -> Iterator[Stage]:
    """The observatory, for what is done to it; its gateway takes its time."""
    up.gateway.arm()
    up.gateway.latency_seconds = 20.0
    yield Stage(up.folder, httpx.URL(up.api_url).port or 0, LET_IN, up.gateway, up.slack)
    up.gateway.latency_seconds = 0.0


def gate_under_way(stage: Stage, release: str) -> Run:
    """A gate whose one suite has sent its request."""
    gate = stage.prefect.start_run("release-gate/on-demand", {"release": release, "suites": ["single-request"]})
    until(lambda: stage.gateway.received, "its suite's request", LONGEST_WAIT_SECONDS)
    return gate


def children_of(stage: Stage, gate: Run) -> list[dict[str, Any]]:
    chosen = {"flow_runs": {"parent_flow_run_id": {"any_": [gate.id]}}}
    children: list[dict[str, Any]] = stage.prefect.ask("POST", "/flow_runs/filter", chosen)
    return children


def test_a_gate_whose_process_is_killed_is_taken_up_and_starts_no_suite_twice(up: Up, stage: Stage) -> None:
    gate = gate_under_way(stage, "v2.0.0")
    stage.kill_flow(gate)

    until(lambda: stage.prefect.read_run(gate.id).kind == "COMPLETED", "the gate's verdict", LONGEST_WAIT_SECONDS)

    assert stage.prefect.ask("GET", f"/flow_runs/{gate.id}")["run_count"] == 2
    assert [child["state"]["name"] for child in children_of(stage, gate)] == ["Completed"]
    assert len(up.gateway.received) == 1
    [told] = stage.ends_told(gate)
    assert "release-gate: Passed: v2.0.0" in str(told)


def test_cancelling_a_gate_cancels_its_suite_and_is_told(stage: Stage) -> None:
    gate = gate_under_way(stage, "v2.1.0")
    stage.prefect.cancel(gate, why="the night shift")

    until(lambda: stage.prefect.read_run(gate.id).kind == "CANCELLED", "the gate's end", LONGEST_WAIT_SECONDS)
    until(
        lambda: [child["state"]["type"] for child in children_of(stage, gate)] == ["CANCELLED"],
        "its suite's end",
        LONGEST_WAIT_SECONDS,
    )
    [told] = stage.ends_told(gate)
    assert "release-gate: Cancelled: v2.1.0" in str(told)
    assert "the night shift" in str(told)
