"""No key and no webhook URL in anything that a run writes."""

import json
import logging
import sqlite3
from pathlib import Path

import pytest

from flows.oai_azure_release import oai_azure_release
from flows.release_gate import release_gate
from flows.single_request import single_request
from litellm_observatory.orchestration.tasks import send_request
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import KEY, WEBHOOK_SECRET, Observatory, database_file
from tests.orchestration.worker import deploy_suites, worker

SECRETS = (KEY, WEBHOOK_SECRET)


def everything_in(database: Path) -> str:
    """Every cell of every table, as text."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [str(row) for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]
    return "\n".join(rows)


async def test_a_search_through_everything_finds_no_secret(
    observatory: Observatory,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The gateway echoes the key in its errors, Slack fails at first, and one run breaks in our own code."""
    monkeypatch.setattr(send_request, "retry_delay_seconds", [0.01] * 3)
    observatory.gateway.arm([Fault(FaultKind.ECHO_KEY)])
    quick = {"duration_hours": 3 / 3600, "request_interval_seconds": 0.05}
    with caplog.at_level(logging.DEBUG):
        runs = [
            await observatory.run(oai_azure_release, **quick),
            await observatory.run(single_request),
            await observatory.run(single_request, models=["nope"]),
        ]
        await deploy_suites()
        async with worker():
            runs.append(await observatory.run(release_gate, suites=["single-request"]))
        monkeypatch.setattr("litellm_observatory.orchestration.run_suite.send_cases", _breaks_with_the_key)
        runs.append(await observatory.run(single_request))
    assert [run.state.name for run in runs] == ["Failed", "Failed", "Refused", "Failed", "Errored"]

    database = database_file()
    results = [path.read_bytes().decode("latin-1") for path in observatory.results.rglob("*") if path.is_file()]
    assert len(results) >= 3
    written = {
        "database": everything_in(database),
        "results": "\n".join(results),
        "log": caplog.text + "".join(capfd.readouterr()),
        "artifacts": json.dumps([run.artifacts for run in runs]),
        "states": str([run.state for run in runs]),
        "Slack": json.dumps(observatory.slack.messages),
    }
    for key in ("oai-azure-release-report", "releases-default"):
        assert key in written["database"]  # the search did look at the runs
    for place, text in written.items():
        for secret in SECRETS:
            assert secret not in text, place


async def _breaks_with_the_key(*_: object) -> None:
    raise RuntimeError(f"a library echoed Authorization: Bearer {KEY}")
