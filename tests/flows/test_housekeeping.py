"""What housekeeping removes, and what it leaves."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from flows.claim import PREFIX, take
from flows.ended import read_report
from flows.housekeeping import housekeeping
from flows.publishing.artifacts import store_report
from flows.single_request import single_request
from tests.flows.conftest import Observatory, database_file

LONG_AGO = datetime.now(UTC) - timedelta(days=200)


def ended_long_ago(run_id: UUID) -> None:
    """Age a run in the server's database: the API takes no times."""
    with closing(sqlite3.connect(database_file(), timeout=10)) as database, database:
        ids = (f"{LONG_AGO:%Y-%m-%d %H:%M:%S}", run_id.hex, str(run_id))
        database.execute("update flow_run set end_time = ? where id in (?, ?)", ids)


async def test_old_results_and_runs_go_and_the_artifacts_of_verdicts_stay(observatory: Observatory) -> None:
    young = await observatory.run(single_request)
    files = sorted(path for path in observatory.results.iterdir() if path.is_file())
    aged, kept = files[:2], files[2:]
    for path in aged:
        os.utime(path, (LONG_AGO.timestamp(),) * 2)
    async with get_client() as client:
        old = await client.create_flow_run(single_request, state=Completed(), tags=["suite"])
        ended_long_ago(old.id)
        await store_report(young.report, old.id)
        await take(client, f"{PREFIX}left-behind", young.id)

        run = await observatory.run(housekeeping)

        assert run.state.message == "Removed 2 results, 1 runs and 1 claims."
        with pytest.raises(ObjectNotFound):
            await client.read_flow_run(old.id)
        assert await client.read_flow_run(young.id)
    assert kept
    assert not any(path.exists() for path in aged)
    assert all(path.exists() for path in kept)
    assert await read_report("single-request", old.id) == young.report
