"""What people do to runs in the Prefect UI, on a real server with a real worker: pause one, cancel many at once."""

import asyncio
import json

import pytest

from deployments.api import Run
from deployments.automations import ZOMBIE_SECONDS
from litellm_observatory.orchestration.ownership import NO_PAUSE
from tests.chaos.stage import hasten_zombies
from tests.observatory import Up
from tests.timeouts import LONGEST_WAIT_SECONDS

pytestmark = pytest.mark.night

SOAK = {"duration_hours": 1 / 90, "request_interval_seconds": 0.5}
"""Forty seconds."""


async def until_said(up: Up, run: Run, said: str) -> Run:
    """The run, once its state's message holds some words."""
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while said not in (now := up.prefect.read_run(run.id)).message:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return now


async def test_a_pause_is_refused_and_the_soak_is_sent_to_its_end(up: Up) -> None:
    up.gateway.arm()
    run = up.prefect.start_run("oai-azure-release/on-demand", SOAK)
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while len(up.gateway.received) < 5:  # noqa: ASYNC110  it serves in another thread
            await asyncio.sleep(0.2)
    up.prefect.ask("POST", f"/flow_runs/{run.id}/set_state", {"state": {"type": "PAUSED", "name": "Suspended"}})
    refused = await until_said(up, run, NO_PAUSE)
    assert refused.state == "Running"
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while not (ended := up.prefect.read_run(run.id)).has_ended:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert ended.kind in {"COMPLETED", "FAILED"}
    assert len(up.gateway.received) == 80


async def test_of_a_bulk_cancel_all_are_told_though_two_recoveries_at_most_run_at_once(up: Up) -> None:
    deployment = up.prefect.read_deployment("single-request/on-demand")
    runs = []
    for i in range(8):  # nobody has begun them, so they cannot tell their end
        asked = {
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": "2100-01-01T00:00:00Z"}},
            "parameters": {"timeout_seconds": 20 + i},
        }
        runs.append(up.prefect.ask("POST", f"/deployments/{deployment.id}/create_flow_run", asked)["id"])
    for run in runs:
        up.prefect.ask("POST", f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLED", "name": "Cancelled"}})
    most = 0
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while not all(run in json.dumps(up.slack.messages) for run in runs):
            at_work = up.prefect.ask(
                "POST",
                "/flow_runs/filter",
                {
                    "flows": {"name": {"any_": ["recovery"]}},
                    "flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}},
                },
            )
            most = max(most, len(at_work))
            await asyncio.sleep(0.3)
    assert 1 <= most <= 2


async def test_a_recovery_whose_process_died_before_it_began_keeps_no_other_from_beginning(up: Up) -> None:
    """As a machine that is restarted leaves it: pending for ever, in the only place of its deployment."""
    deployment = up.prefect.read_deployment("recovery/scheduled")
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2100-01-01T00:00:00Z"}}
    dead = up.prefect.ask("POST", f"/deployments/{deployment.id}/create_flow_run", {"state": state})
    hasten_zombies(up.prefect, 20)
    try:
        up.prefect.ask("POST", f"/flow_runs/{dead['id']}/set_state", {"state": {"type": "PENDING"}, "force": True})
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while not up.prefect.read_run(dead["id"]).has_ended:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    finally:
        hasten_zombies(up.prefect, ZOMBIE_SECONDS)
    next_one = up.prefect.start_run("recovery/scheduled", {})
    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
        while not (ended := up.prefect.read_run(next_one.id)).has_ended:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert ended.state in {"Completed", "Idle"}, ended.message
