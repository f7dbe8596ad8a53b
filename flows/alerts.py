"""Alerts over several runs: a failure that goes on, and one that is over, both read from earlier runs in Prefect."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger

from flows.ended import read_report
from flows.identity import Parameters, subject
from suites.judging.verdict import Standing, Verdict
from suites.report import Alert, Course, Report

PAGE, PAGES = 200, 5
"""Earlier runs of the suite, of any gateway, that are looked at."""

TELLS = {Verdict.PASSED, Verdict.FAILED}


async def with_alert(report: Report, run_id: UUID) -> Report:
    """The report with where its end stands among earlier runs of the same suite, gateway and models.

    The first failure has no alert: it is one. What cannot be read is as good as none.
    """
    context = FlowRunContext.get()
    if report.verdict not in TELLS or context is None or context.flow is None:
        return report
    try:
        failing = await _failing_before(context.flow, context.parameters or {}, run_id)
        alert = await _alert(report, failing)
    except Exception as error:
        get_run_logger().warning("Earlier runs could not be read: %s", type(error).__name__)
        return report
    return report.model_copy(update={"alert": alert})


async def _failing_before(flow: Flow[..., object], parameters: Parameters, run_id: UUID) -> list[FlowRun]:
    """The runs that failed in a row before this one, the latest first; those that say nothing are left out."""
    own = subject(flow, parameters)
    failing: list[FlowRun] = []
    async with get_client() as prefect:
        for page in range(PAGES):
            ended = await prefect.read_flow_runs(
                flow_filter=FlowFilter(name=FlowFilterName(any_=[flow.name])),
                flow_run_filter=FlowRunFilter(
                    state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Completed", "Failed"]))
                ),
                sort=FlowRunSort.END_TIME_DESC,
                limit=PAGE,
                offset=page * PAGE,
            )
            for run in ended:
                if run.id == run_id or subject(flow, run.parameters) != own:
                    continue
                if run.state_name != "Failed":
                    return failing
                failing.append(run)
            if len(ended) < PAGE:
                break
    return failing


async def _alert(report: Report, failing: list[FlowRun]) -> Alert | None:
    if report.verdict is Verdict.PASSED:
        return (
            Alert(course=Course.RESOLVED, since=_began(failing[-1], report), runs=len(failing)) if failing else None
        )
    same = [run async for run in _of_the_same_cause(report, failing)]
    if not same:
        return None
    return Alert(course=Course.STILL_FAILING, since=_began(same[-1], report), runs=len(same) + 1)


async def _of_the_same_cause(report: Report, failing: list[FlowRun]) -> AsyncIterator[FlowRun]:
    """The latest of the failing runs, as far back as they failed like this one."""
    for run in failing:
        before = await read_report(report.suite, run.id)
        if before is None or cause(before) != cause(report):
            return
        yield run


def _began(run: FlowRun, report: Report) -> datetime:
    return run.start_time or run.expected_start_time or report.started_at


def cause(report: Report) -> tuple[str, ...]:
    """What two failures must share to be the same: what is broken, and the most frequent message."""
    broken = sorted(f.objective for f in report.findings if f.blocking and f.standing is Standing.BROKEN)
    most = report.fingerprints[0] if report.fingerprints else None
    return (*broken, most.kind, most.message) if most else tuple(broken)
