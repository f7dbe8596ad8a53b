"""What Slack could not be told while it was away is told when it is back, from the runs' own results."""

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.logging import get_run_logger
from prefect.utilities.urls import url_for

from flows.ended import read_report
from flows.parameters import SLACK_BLOCK
from flows.preflight import load_slack
from flows.publishing.publish import UNDELIVERED, retag
from flows.publishing.slack import SlackUndeliveredError, deliver, message
from suites.gateway import Refused

FINAL = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]


async def deliver_undelivered(prefect: PrefectClient) -> str:
    """Tell Slack the end of every run tagged so, in their order, and remove the tags; returns how many, in words."""
    waiting = await prefect.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[UNDELIVERED]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=FINAL)),
        ),
        sort=FlowRunSort.END_TIME_DESC,
    )
    delivered = 0
    for run in reversed(waiting):
        try:
            await _deliver(prefect, run)
        except (Refused, SlackUndeliveredError) as error:
            get_run_logger().warning("Run %s: %s", run.name, error)
            continue
        await retag(run.id, lambda tags: tags - {UNDELIVERED})
        delivered += 1
    return f"{delivered} of {len(waiting)} messages delivered"


async def _deliver(prefect: PrefectClient, run: FlowRun) -> None:
    """Tell Slack the end of a run. Raises Refused and SlackUndeliveredError."""
    suite = await prefect.read_flow(run.flow_id)
    report = await read_report(suite.name, run.id)
    if report is None:
        raise Refused("it has no result that could be told")
    if webhook := await load_slack(run.parameters.get("slack", SLACK_BLOCK)):
        await deliver(webhook, *message(report, url_for("flow-run", obj_id=run.id)))
