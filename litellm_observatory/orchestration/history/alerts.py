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

from litellm_observatory.core.judging.verdict import Status, Verdict
from litellm_observatory.core.report.alert import Alert, AlertStatus
from litellm_observatory.core.report.metrics import replace_fields
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.names import GATEWAY_LABEL
from litellm_observatory.orchestration.duplicates.identity import Parameters, covers, subject
from litellm_observatory.orchestration.history.reports import read_report

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
        alert = await _alert(report, failing, context.flow, context.parameters or {})
    except Exception as error:
        get_run_logger().warning("Earlier runs could not be read.\n%s", trace_of(error))
        return report
    return replace_fields(report, alert=alert)


async def _failing_before(flow: Flow[..., object], parameters: Parameters, run_id: UUID) -> list[FlowRun]:
    """The failed runs before this one that no later pass has resolved, the latest first.

    A pass resolves what it tested as well: the same parameters, and at least as long.
    """
    failing: list[FlowRun] = []
    passed: list[Parameters] = []
    async with get_client() as prefect:
        own = _subject(flow, parameters, await prefect.read_flow_run(run_id))
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
                if run.id == run_id or _subject(flow, run.parameters, run) != own:
                    continue
                if run.state_name != "Failed":
                    passed.append(run.parameters)
                elif not any(covers(flow, later, run.parameters) for later in passed):
                    failing.append(run)
            if len(ended) < PAGE:
                break
    return failing


def _subject(flow: Flow[..., object], parameters: Parameters, run: FlowRun) -> tuple[object, ...]:
    return subject(flow, parameters, run.labels.get(GATEWAY_LABEL))


async def _alert(
    report: Report, failing: list[FlowRun], flow: Flow[..., object], parameters: Parameters
) -> Alert | None:
    if report.verdict is Verdict.PASSED:
        over = [run for run in failing if covers(flow, parameters, run.parameters) and await _is_over(report, run)]
        return Alert(course=AlertStatus.RESOLVED, since=_began(over[-1], report), runs=len(over)) if over else None
    same = [run async for run in _of_the_same_cause(report, failing, flow, parameters)]
    if not same:
        return None
    return Alert(course=AlertStatus.STILL_FAILING, since=_began(same[-1], report), runs=len(same) + 1)


async def _is_over(report: Report, failed: FlowRun) -> bool:
    """Whether a pass was asked of every model and suite of a failed run: a gateway may have lost some since."""
    before = await read_report(report.suite, failed.id)
    if before is None:
        return True
    if before.omitted.models:
        return False
    suites = {outcome.suite for outcome in report.suites}
    return {*before.models} <= {*report.models} and {outcome.suite for outcome in before.suites} <= suites


async def _of_the_same_cause(
    report: Report, failing: list[FlowRun], flow: Flow[..., object], parameters: Parameters
) -> AsyncIterator[FlowRun]:
    """The latest of the failing runs, as far back as they failed like this one; another test says nothing of it."""
    for run in failing:
        before = await read_report(report.suite, run.id)
        if before and cause(before) == cause(report):
            yield run
        elif covers(flow, run.parameters, parameters):
            return


def _began(run: FlowRun, report: Report) -> datetime:
    return run.start_time or run.expected_start_time or report.started_at


def cause(report: Report) -> tuple[str, ...]:
    """What two failures must share to be the same: what is broken, and the most frequent message."""
    broken = sorted(f.objective for f in report.findings if f.blocking and f.status is Status.VIOLATED)
    most = report.fingerprints[0] if report.fingerprints else None
    return (*broken, most.kind, most.message) if most else tuple(broken)
