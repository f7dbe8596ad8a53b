"""What housekeeping removes, and what it leaves."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from flows.housekeeping import WINDOWS, _remove_files, housekeeping
from flows.single_request import single_request
from litellm_observatory.names import CLAIM_PREFIX
from litellm_observatory.orchestration.duplicates.claim import take
from litellm_observatory.orchestration.history.reports import read_report
from litellm_observatory.orchestration.publishing.artifacts import store_report
from tests.orchestration.conftest import Observatory, database_file
from tests.timeouts import LONGEST_WAIT_SECONDS

LONG_AGO = datetime.now(UTC) - timedelta(days=200)


def ended_long_ago(run_id: UUID) -> None:
    """Age a run in the server's database: the API takes no times."""
    with closing(sqlite3.connect(database_file(), timeout=LONGEST_WAIT_SECONDS)) as database, database:
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
        stored = await store_report(young.report, old.id)
        await take(client, f"{CLAIM_PREFIX}left-behind", young.id)

        run = await observatory.run(housekeeping)

        assert run.state.message == "Removed 2 results, 1 runs, 1 claims and 0 artifacts of no verdict."
        with pytest.raises(ObjectNotFound):
            await client.read_flow_run(old.id)
        assert await client.read_flow_run(young.id)
    assert kept
    assert not any(path.exists() for path in aged)
    assert all(path.exists() for path in kept)
    assert await read_report("single-request", old.id) == stored


async def test_a_run_that_somebody_else_removes_meanwhile_stops_nothing(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete = PrefectClient.delete_flow_run

    async def delete_after_another(client: PrefectClient, run_id: UUID) -> None:
        await delete(client, run_id)
        await delete(client, run_id)

    monkeypatch.setattr(PrefectClient, "delete_flow_run", delete_after_another)
    async with get_client() as client:
        for _ in range(2):
            ended_long_ago((await client.create_flow_run(single_request, state=Completed(), tags=["suite"])).id)
    run = await observatory.run(housekeeping)
    assert run.state.message == "Removed 0 results, 2 runs, 0 claims and 0 artifacts of no verdict."


async def test_old_progress_and_old_series_go_and_young_ones_stay(observatory: Observatory) -> None:
    async with get_client() as client:
        made = {
            key: [await client.create_artifact(ArtifactCreate(key=key, type="json", data="1")) for _ in range(2)]
            for key in ("a-suite-progress", "a-suite-series", "a-suite-result", "a-suite-report")
        }
        for old, _ in made.values():
            aged(old.id)
        run = await observatory.run(housekeeping)
        keys = ArtifactFilter(key=ArtifactFilterKey(any_=list(made)))
        found = {artifact.id for artifact in await client.read_artifacts(artifact_filter=keys)}
    assert "2 artifacts of no verdict" in (run.state.message or "")
    left = {key: [one.id in found for one in ones] for key, ones in made.items()}
    assert left == {
        "a-suite-progress": [False, True],
        "a-suite-series": [False, True],
        "a-suite-result": [True, True],
        "a-suite-report": [True, True],
    }


def aged(artifact: UUID) -> None:
    """Age an artifact in the server's database: the API takes no times."""
    with closing(sqlite3.connect(database_file(), timeout=LONGEST_WAIT_SECONDS)) as database, database:
        ids = (f"{LONG_AGO:%Y-%m-%d %H:%M:%S}", artifact.hex, str(artifact))
        database.execute("update artifact set updated = ? where id in (?, ?)", ids)


def test_a_result_that_vanishes_while_it_is_looked_at_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"{uuid4()}-send_request-{i}" for i in range(3)]
    for path in paths:
        path.write_text("")
        os.utime(path, (LONG_AGO.timestamp(),) * 2)
    seen, stat = [], Path.stat

    def vanishing(path: Path, **named: bool) -> os.stat_result:
        if path in paths:
            seen.append(path)
            if len(seen) == 1:
                path.unlink()
        return stat(path, **named)

    monkeypatch.setattr(Path, "stat", vanishing)
    assert _remove_files(tmp_path, {WINDOWS: datetime.now(UTC)}) == 2
    assert len(seen) == 3
