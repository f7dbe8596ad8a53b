"""A run from its first line to its state: whatever becomes of it, its end is published, once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
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
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.names import DUPLICATE_STATE
from litellm_observatory.orchestration.duplicates.claim import DuplicateError, claimed, keep_original, tested_at
from litellm_observatory.orchestration.history.reports import judged_report
from litellm_observatory.orchestration.ownership import CancelledRunError, Ownership, owned
from litellm_observatory.orchestration.parameters import SLACK_BLOCK
from litellm_observatory.orchestration.preflight import load_gateway, load_slack
from litellm_observatory.orchestration.publishing.publish import mark_undelivered, publish, tell
from litellm_observatory.orchestration.states import state_of
from litellm_observatory.orchestration.untested import errored, refused, untested
from litellm_observatory.orchestration.wait_for_server import until_reachable


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run tests and whom it tells: the parameters that all flows have in common.

    `gateway` and `slack` name blocks; `models` empty means all of the suite's kind; `slack` empty tells nobody.
    `max_cost` is what it may cost at most, in dollars; None is no bound.
    """

    gateway: str
    deployment_url: str | None
    models: Sequence[str]
    timeout_seconds: float
    slack: str
    max_cost: float | None = None


RunBody = Callable[[Gateway, RunInfo, Ownership], Awaitable[Report]]
"""What a run does with its gateway. Raises PreflightError, and CancelledRunError, before it has sent anything."""


async def run(name: str, target: RunOptions, test: RunBody) -> State[None]:
    """Do a test, and tell its end. Whatever happens, there is a report and a state with one sentence.

    A run that was judged before it was retried repeats its verdict, and tests nothing.
    """
    async with owned() as ownership:
        return await ownership.hold(_ended(name, target, test, ownership))


async def _ended(name: str, target: RunOptions, test: RunBody, ownership: Ownership) -> State[None]:
    await until_reachable()
    state = await _claimed(name, target, test, ownership)
    await until_reachable()  # Prefect would call a run failed whose last state it cannot tell
    return state


async def _claimed(name: str, target: RunOptions, test: RunBody, ownership: Ownership) -> State[None]:
    """The state that a run ends in, once its end is published: as it was judged before, as a duplicate, or anew."""
    run_id, attempt = UUID(flow_run.id), flow_run.run_count
    webhook: SlackWebhook | None = None
    subject = RunInfo(
        name, target.gateway, target.deployment_url, None, datetime.now(UTC), models_named=bool(target.models)
    )
    duplicate = ""
    try:
        webhook, unheard = await _webhook(target)
        subject = replace(subject, notes=unheard)
        if attempt > 1 and (judged := await judged_report(name, run_id)):
            await tell(judged, run_id, attempt, webhook)
            return state_of(judged)
        gateway = await load_gateway(target.gateway, target.deployment_url)
        async with claimed(tested_at(gateway.url)):
            report = await _reported(target, test, gateway, subject, ownership)
            await publish(report, run_id, attempt, webhook)
            return state_of(report)
    except DuplicateError as error:
        duplicate = error.headline
        await keep_original(run_id, error.owner)
        get_run_logger().info("Duplicate: %s", error)
        parts = [Part(0, f"; {error.headline}", otherwise="; a duplicate")]
        what = compose(Verdict.CANCELLED, "after a crash", parts)
        report = untested(subject, target.models, Verdict.CANCELLED, f"after a crash; duplicate: {error}", what)
    except PreflightError as refusal:
        report = refused(subject, target.models, refusal)
    except Exception as error:
        report = errored(subject, target.models, error, "")
    if not duplicate or attempt > 1:  # whoever asked for a duplicate sees it; one that had begun was promised to end
        await publish(report, run_id, attempt, webhook)
    return State(type=StateType.CANCELLED, name=DUPLICATE_STATE, message=duplicate) if duplicate else state_of(report)


async def _webhook(target: RunOptions) -> tuple[SlackWebhook | None, tuple[str, ...]]:
    """The Slack block to tell, and what the report notes where there is none.

    One that nobody named need not be there. Raises PreflightError where another is missing, but for a run that had
    begun: it is told later.
    """
    try:
        return await load_slack(target.slack), ()
    except PreflightError as refusal:
        first = flow_run.run_count == 1
        if first and target.slack != SLACK_BLOCK:
            raise
        get_run_logger().warning("%s", refusal)
        if not first:
            await mark_undelivered(UUID(flow_run.id))
        return None, (f"Nobody is told: {refusal}",)


async def _reported(
    target: RunOptions, test: RunBody, gateway: Gateway, subject: RunInfo, ownership: Ownership
) -> Report:
    """The report of a run whose gateway is known. Raises PreflightError."""
    try:
        return await test(gateway, subject, ownership)
    except CancelledRunError as way:
        what = compose(Verdict.CANCELLED, "before anything was sent", [Part(0, f", {way}")])
        return untested(subject, target.models, Verdict.CANCELLED, f"before anything was sent, {way}", what)
    except PreflightError:
        raise
    except Exception as error:
        return errored(subject, target.models, error, gateway.key)
