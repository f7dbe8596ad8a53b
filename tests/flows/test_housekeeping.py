"""What housekeeping removes, and what it leaves."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound

from flows.claim import PREFIX, take
from flows.ended import read_report
from flows.housekeeping import housekeeping
from flows.single_request import single_request
from tests.flows.conftest import Observatory

LONG_AGO = datetime.now(UTC) - timedelta(days=200)


async def test_old_results_and_runs_go_and_the_artifacts_of_verdicts_stay(observatory: Observatory) -> None:
    old, young = await observatory.run(single_request), await observatory.run(single_request)
    files = sorted(path for path in observatory.results.iterdir() if path.is_file())
    aged = [path for path in files if str(old.id) in path.name]
    for path in aged:
        os.utime(path, (LONG_AGO.timestamp(),) * 2)
    async with get_client() as client:
        ended: State[None] = State(type=StateType.COMPLETED, timestamp=LONG_AGO)
        await client.set_flow_run_state(old.id, ended, force=True)
        await take(client, f"{PREFIX}left-behind", young.id)

        run = await observatory.run(housekeeping)

        assert run.state.message == f"Removed {len(aged)} results, 1 runs and 1 claims."
        with pytest.raises(ObjectNotFound):
            await client.read_flow_run(old.id)
        assert await client.read_flow_run(young.id)
    assert aged
    assert not any(path.exists() for path in aged)
    assert all(path.exists() for path in files if path not in aged)
    assert await read_report("single-request", old.id) == old.report
