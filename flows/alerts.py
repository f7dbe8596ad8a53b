"""Alerts over several runs: a failure that goes on, and one that is over, both read from earlier runs in Prefect."""

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

LOOKED_AT = 200
"""Earlier runs of the suite that are looked at."""

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
    async with get_client() as prefect:
        ended = await prefect.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=[flow.name])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Completed", "Failed"]))
            ),
            sort=FlowRunSort.END_TIME_DESC,
            limit=LOOKED_AT,
        )
    own = subject(flow, parameters)
    failing = []
    for run in ended:
        if run.id == run_id or subject(flow, run.parameters) != own:
            continue
        if run.state_name != "Failed":
            break
        failing.append(run)
    return failing


async def _alert(report: Report, failing: list[FlowRun]) -> Alert | None:
    if not failing:
        return None
    since = failing[-1].start_time or failing[-1].expected_start_time or report.started_at
    if report.verdict is Verdict.PASSED:
        return Alert(course=Course.RESOLVED, since=since, runs=len(failing))
    before = await read_report(report.suite, failing[0].id)
    if before is None or cause(before) != cause(report):
        return None
    return Alert(course=Course.STILL_FAILING, since=since, runs=len(failing) + 1)


def cause(report: Report) -> tuple[str, ...]:
    """What two failures must share to be the same: what is broken, and the most frequent message."""
    broken = sorted(f.objective for f in report.findings if f.blocking and f.standing is Standing.BROKEN)
    most = report.fingerprints[0] if report.fingerprints else None
    return (*broken, most.kind, most.message) if most else tuple(broken)
