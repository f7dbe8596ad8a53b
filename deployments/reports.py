"""`litellm-observatory report`: what a run has left at the Prefect server, as one page of HTML to take along."""

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from deployments.api import PrefectApi, Run, connect
from deployments.command_error import CommandError
from deployments.files import prepare, write
from deployments.links import link
from deployments.log_text import say
from deployments.retries import ApiError
from deployments.timeouts import PERSON
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import result_key

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def run(named: str, path: Path, environment: Mapping[str, str], console: Console) -> int:
    """What was typed, done; returns the exit status, whatever the verdict. Raises CommandError."""
    prefect = connect(environment, retry_seconds=PERSON.start, notify=console.print)
    found = _read_run(prefect, named)
    report = _read_report(prefect, found)
    reports = reports_of_suites(prefect, report)
    from litellm_observatory.orchestration.publishing.html import (
        html,  # here, since its charts take a second to import
    )

    page = html(report, link(environment, prefect, found.id), [*reports.values()])
    prepare(path)
    if trouble := write(path, page.encode()):
        raise CommandError(trouble)
    say(console, f"{path} is the report of {found.name}.")
    return 0


def reports_of_suites(prefect: PrefectApi, report: Report) -> dict[str, Report]:
    """The reports of a gate's suites, by their names, those that can be read: the gate's own says what counts."""
    reports = {}
    with suppress(CommandError):
        for outcome in report.suites:
            if outcome.run_id and (found := Report.read(_stored(prefect, outcome.run_id))):
                reports[outcome.suite] = found
    return reports


def _stored(prefect: PrefectApi, run_id: str) -> Any:
    """The latest result of a run of whatever flow, as it is stored; None where it has none."""
    found = prefect.newest_artifact(flow_run_id={"any_": [run_id]}, key={"like_": result_key("%")})
    return found and found.data


def _read_run(prefect: PrefectApi, named: str) -> Run:
    """The run of this id, or whose page, or whose report's, has this address. Raises CommandError."""
    ids = ID.findall(named.lower())
    if not ids:
        raise CommandError("No id of a run was given; it stands at the end of the address of the run's page.")
    try:
        left = prefect.newest_artifact(id={"any_": [ids[-1]]}) if "/artifacts/" in named else None
        return prefect.read_run(str((left and left.flow_run_id) or ids[-1]))
    except ApiError as refusal:
        if refusal.status != httpx.codes.NOT_FOUND:
            raise
        raise CommandError(f"The Prefect server at {prefect.url} has no run {ids[-1]}.") from None


def _read_report(prefect: PrefectApi, found: Run) -> Report:
    """The report that a run has left. Raises CommandError."""
    stored = _stored(prefect, found.id)
    if stored is None and not found.has_ended:
        raise CommandError(f"{found.name} goes on; its report is there when it has ended.")
    if stored is None:
        raise CommandError(f"{found.name} has left no report; only runs of suites and of release-gate leave one.")
    report = Report.read(stored)
    if report is None:
        raise CommandError(
            f"The report of {found.name} is of another version than this command, which cannot read it."
        )
    return report
