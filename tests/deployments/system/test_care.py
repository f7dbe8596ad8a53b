"""What people do to runs in the Prefect UI, on a real server with a real worker: cancel many at once."""

import asyncio
import json

from deployments.api import Run
from tests.observatory import Up


async def test_of_a_bulk_cancel_all_are_told_though_two_recoveries_at_most_run_at_once(up: Up) -> None:
    deployment = up.prefect.read_deployment("single-request/on-demand")
    runs = []
    for i in range(8):  # nobody has begun them, so they cannot tell their end
        asked = {
            "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": "2100-01-01T00:00:00Z"}},
            "parameters": {"timeout_seconds": 20 + i},
        }
        runs.append(Run.of(up.prefect.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", asked)))
    for run in runs:
        up.prefect.ask(
            "POST", f"/flow_runs/{run.id}/set_state", {"state": {"type": "CANCELLED", "name": "Cancelled"}}
        )
    most = 0
    async with asyncio.timeout(400):
        while not all(run.id in json.dumps(up.slack.messages) for run in runs):
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
