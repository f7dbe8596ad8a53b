"""A run from its first line to its state: whatever becomes of it, its end is published, once."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.schemas.objects import State, StateType
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect_slack import SlackWebhook

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.headline import Part, compose
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.reporting.without_traffic import (
    report_of_cancel,
    report_of_error,
    report_of_refusal,
    report_without_traffic,
)
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.names import DUPLICATE_STATE
from litellm_observatory.orchestration.duplicates.claim import (
    DuplicateError,
    hold_claim,
    keep_original,
    key_of_test_at,
)
from litellm_observatory.orchestration.gate.request import GateRequest
from litellm_observatory.orchestration.history.reports import read_judged_report
from litellm_observatory.orchestration.ownership import CancelledRunError, Ownership, own_run
from litellm_observatory.orchestration.parameters import RunOptions
from litellm_observatory.orchestration.preflight import load_gateway, load_slack, may_be_missing
from litellm_observatory.orchestration.publishing.publish import mark_undelivered, notify, publish
from litellm_observatory.orchestration.run_gate import run_gate
from litellm_observatory.orchestration.run_suite import run_suite
from litellm_observatory.orchestration.states import state_of
from litellm_observatory.orchestration.wait_for_server import reachable_at_both_ends

Work = Soak | Cases | GateRequest
"""What a run is for."""


async def run(name: str, work: Work, options: RunOptions) -> State[None]:
    """Do what the flow `name` is for, and publish its end. Whatever happens, there is a report and a state.

    A run that was judged before it was retried repeats its verdict, and sends nothing. Raises Abort where the run is
    in other hands, TerminationSignal where this process was asked to end.
    """
    async with own_run() as ownership:
        return await ownership.hold(publish_end(name, work, options, ownership))


async def publish_end(name: str, work: Work, options: RunOptions, ownership: Ownership) -> State[None]:
    """The state that a run ends in, once its end is published: as it was judged before, as a duplicate, or anew."""
    run_id, attempt = UUID(flow_run.id), flow_run.run_count
    info = RunInfo(
        name, options.gateway, options.deployment_url, None, datetime.now(UTC), models_named=bool(options.models)
    )
    webhook: SlackWebhook | None = None
    async with reachable_at_both_ends():  # Prefect would call a run failed whose last state it cannot tell
        try:
            webhook, notes = await find_webhook(options)
            info = replace(info, notes=notes)
            if attempt > 1 and (judged := await read_judged_report(name, run_id)):
                await notify(judged, run_id, attempt, webhook)
                return state_of(judged)
            gateway = await load_gateway(options.gateway, options.deployment_url)
            async with hold_claim(key_of_test_at(gateway.url)):
                report = await report_on(work, options, gateway, info, ownership)
                await publish(report, run_id, attempt, webhook)
                return state_of(report)
        except DuplicateError as duplicate:
            get_run_logger().info("Duplicate: %s", duplicate)
            await keep_original(run_id, duplicate.owner)
            if attempt > 1:  # whoever asked for a duplicate sees it; one that had begun was promised to end
                await publish(report_of_duplicate(info, options, duplicate), run_id, attempt, webhook)
            return State(type=StateType.CANCELLED, name=DUPLICATE_STATE, message=duplicate.headline)
        except PreflightError as refusal:
            report = report_of_refusal(info, options.models, refusal, datetime.now(UTC))
        except Exception as error:
            report = report_of_fault(info, options, error)
        await publish(report, run_id, attempt, webhook)
        return state_of(report)


async def report_on(work: Work, options: RunOptions, gateway: Gateway, info: RunInfo, ownership: Ownership) -> Report:
    """The report of a run whose gateway is known. Raises PreflightError."""
    try:
        if isinstance(work, GateRequest):
            return await run_gate(work, options, gateway, info, ownership)
        return await run_suite(work, options, gateway, info, ownership)
    except CancelledRunError as cancelled:
        return report_of_cancel(info, options.models, str(cancelled), datetime.now(UTC))
    except PreflightError:
        raise
    except Exception as error:
        return report_of_fault(info, options, error, gateway.key)


def report_of_fault(info: RunInfo, options: RunOptions, error: Exception, secret: str = "") -> Report:
    """The report of a fault of our own; its trace goes to the log, bounded and without the secret."""
    get_run_logger().error("The observatory itself failed.\n%s", trace_of(error, secret))
    return report_of_error(info, options.models, error, secret, datetime.now(UTC))


def report_of_duplicate(info: RunInfo, options: RunOptions, duplicate: DuplicateError) -> Report:
    """The report of a run that was taken up again while another tests the same."""
    what = compose(
        Verdict.CANCELLED, "after a crash", [Part(0, f"; {duplicate.headline}", otherwise="; a duplicate")]
    )
    why = f"after a crash; duplicate: {duplicate}"
    return report_without_traffic(info, Verdict.CANCELLED, why, options.models, datetime.now(UTC), what)


async def find_webhook(options: RunOptions) -> tuple[SlackWebhook | None, tuple[str, ...]]:
    """The Slack block to tell, and what the report notes where there is none.

    One that nobody named need not be there. Raises PreflightError where another is missing, but for a run that had
    begun: it is told later.
    """
    try:
        return await load_slack(options.slack), ()
    except PreflightError as refusal:
        first = flow_run.run_count == 1
        if first and not may_be_missing(options.slack):
            raise
        get_run_logger().warning("%s", refusal)
        if not first:
            await mark_undelivered(UUID(flow_run.id))
        return None, (f"Nobody is notified: {refusal}",)
