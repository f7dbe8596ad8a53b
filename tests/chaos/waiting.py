"""Waiting for what a run comes to, through the API, also while the server is being restarted."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from deployments.api import Run
from deployments.command_error import CommandError
from litellm_observatory.core.report.report import Report
from tests.chaos.stage import POLL_SECONDS, Stage

LONGEST_SECONDS = 420.0
"""What an event that the server lost should have done is done by the next look after all runs: every 5 minutes."""

Found = TypeVar("Found")


class NeverError(Exception):
    """What was waited for has not come."""


def until(found: Callable[[], Found | None], what: str, seconds: float = LONGEST_SECONDS) -> Found:
    """What `found` returns, as soon as it is something; a server that is away is asked again. Raises NeverError."""
    by = time.monotonic() + seconds
    while time.monotonic() < by:
        with suppress(CommandError):
            if value := found():
                return value
        time.sleep(POLL_SECONDS)
    raise NeverError(f"{what}: not within {seconds:g} s")


def until_state(stage: Stage, run: Run, state: str) -> Run:
    """The run, once its state has this name."""
    return until_any(stage, [run], state)


def until_any(stage: Stage, runs: Sequence[Run], state: str) -> Run:
    """The first of some runs whose state has this name."""

    def found() -> Run | None:
        return next((now for run in runs if (now := stage.prefect.read_run(run.id)).state == state), None)

    return until(found, state)


def until_runs(stage: Stage, run: Run, attempt: int) -> None:
    """Wait until a run executes for the `attempt`th time."""

    def runs() -> bool:
        now = stage.prefect.ask("GET", f"/flow_runs/{run.id}")
        return bool(now["run_count"] >= attempt and now["state"]["type"] == "RUNNING")

    until(runs, f"attempt {attempt}")


def until_tagged(stage: Stage, run: Run, tag: str) -> None:
    """Wait until a run has a tag."""
    until(lambda: tag in stage.prefect.ask("GET", f"/flow_runs/{run.id}")["tags"], tag)


def until_sending(stage: Stage, run: Run) -> None:
    """Wait until the gateway has received something of a run."""
    until(lambda: stage.received(run), "the first request")


def until_ended(stage: Stage, run: Run, ends: frozenset[str]) -> Run:
    """The run once its end is told and final; as it is then, where it never comes to that."""

    def ended() -> Run | None:
        now = stage.prefect.read_run(run.id)
        return now if now.has_ended and now.state in ends and stage.ends_told(run) else None

    try:
        return until(ended, "the end")
    except NeverError:
        return stage.prefect.read_run(run.id)


def report_of(stage: Stage, run: Run) -> Report | None:
    """The latest report of a run."""
    chosen = {
        "artifacts": {"flow_run_id": {"any_": [run.id]}, "key": {"any_": ["oai-azure-release-result"]}},
        "sort": "CREATED_DESC",
    }
    found = stage.prefect.ask("POST", "/artifacts/filter", chosen)
    return Report.model_validate(found[0]["data"]) if found else None
