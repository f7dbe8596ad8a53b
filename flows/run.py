"""A run from its first line to its state: preflight, the suite's traffic, the verdict, the publishers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.schemas.objects import State, StateType
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect_slack import SlackWebhook

from flows.checkpoints import settled_choice
from flows.claim import DuplicateError, claimed
from flows.ended import judged_report
from flows.last_good import find_last_good, keep_if_good
from flows.ownership import CancelledRunError, Ownership, owned
from flows.patience import until_reachable
from flows.preflight import load_gateway, load_slack, make_room
from flows.publishing.publish import UNDELIVERED, publish, retag, tell
from flows.send_cases import send_cases
from flows.send_soak import send_soak
from flows.states import state_of
from flows.untested import errored, untested
from suites import plan
from suites.gateway import Gateway, Refused
from suites.judging.verdict import Verdict
from suites.pauses import without_long_pauses
from suites.report import Report
from suites.reporting import Subject, report_of_cases, report_of_soak
from suites.suite import Cases, Soak
from suites.wire.client import Client, open_client
from suites.wire.request import Request
from suites.wire.samples import Sample


@dataclass(frozen=True, slots=True)
class Target:
    """What a run tests and whom it tells: the parameters that all flows have in common.

    `gateway` and `slack` name blocks; `models` empty means all chat models; `slack` empty tells nobody.
    """

    gateway: str
    deployment_url: str | None
    models: Sequence[str]
    timeout_seconds: float
    slack: str


async def run_suite(suite: Soak | Cases, target: Target) -> State[None]:
    """Run a suite and tell its end. Whatever happens, there is a report and a state with one sentence.

    A run that was judged before it was retried repeats its verdict, and sends nothing.
    """
    async with owned() as ownership:
        return await ownership.hold(_ended(suite, target, ownership))


async def _ended(suite: Soak | Cases, target: Target, ownership: Ownership) -> State[None]:
    await until_reachable()
    run_id, attempt = UUID(flow_run.id), flow_run.run_count
    if attempt > 1 and (judged := await judged_report(suite.name, run_id)):
        await tell(judged, run_id, attempt, await _webhook(target))
        state = state_of(judged)
    else:
        state = await _claimed(suite, target, ownership)
    await until_reachable()  # Prefect would call a run failed whose last state it cannot tell
    return state


async def _claimed(suite: Soak | Cases, target: Target, ownership: Ownership) -> State[None]:
    """The state of a run that is not the duplicate of another, after its report was published."""
    run_id, attempt = UUID(flow_run.id), flow_run.run_count
    webhook: SlackWebhook | None = None
    subject = Subject(suite.name, target.gateway, target.deployment_url, None, _now())
    duplicate = ""
    try:
        webhook = await _webhook(target)
        async with claimed():
            report = await _reported(suite, target, subject, ownership)
            await publish(report, run_id, attempt, webhook)
            return state_of(report)
    except DuplicateError as error:
        duplicate = f"Duplicate: {error}"
        get_run_logger().info(duplicate)
        report = untested(subject, target.models, Verdict.CANCELLED, f"Cancelled after a crash. {duplicate}")
    except Refused as refusal:
        report = untested(subject, target.models, Verdict.REFUSED, f"Refused: {refusal}")
    except Exception as error:
        report = errored(subject, target.models, error, "")
    if not duplicate or attempt > 1:  # whoever asked for a duplicate sees it; one that had begun was promised to end
        await publish(report, run_id, attempt, webhook)
    return State(type=StateType.CANCELLED, name="Duplicate", message=duplicate) if duplicate else state_of(report)


async def _webhook(target: Target) -> SlackWebhook | None:
    """The Slack block to tell. Raises Refused where it is missing, but for a run that had begun: it is told later."""
    try:
        return await load_slack(target.slack)
    except Refused as refusal:
        if flow_run.run_count == 1:
            raise
        get_run_logger().warning("%s", refusal)
        await retag(UUID(flow_run.id), lambda tags: tags | {UNDELIVERED})
        return None


async def _reported(suite: Soak | Cases, target: Target, subject: Subject, ownership: Ownership) -> Report:
    """The report of a run whose gateway is known. Raises Refused."""
    gateway = await load_gateway(target.gateway, target.deployment_url)
    try:
        return await _tested(suite, gateway, target, subject, ownership)
    except CancelledRunError as way:
        return untested(subject, target.models, Verdict.CANCELLED, f"Cancelled, {way}, before anything was sent")
    except Refused:
        raise
    except Exception as error:
        return errored(subject, target.models, error, gateway.key)


async def _tested(
    suite: Soak | Cases, gateway: Gateway, target: Target, subject: Subject, ownership: Ownership
) -> Report:
    """The gateway's part of preflight, then the suite's traffic. Raises Refused before anything is sent."""
    async with open_client(gateway, timeout_seconds=target.timeout_seconds) as client:
        chosen = await ownership.unless_cancelled(settled_choice(client, tuple(target.models), suite.kind))
        for note in chosen.notes:
            get_run_logger().info(note)
        subject = replace(subject, gateway_version=chosen.facts.version, notes=chosen.notes)
        match suite:
            case Soak():
                return await _soaked(suite, chosen.models, client, subject, ownership)
            case Cases():
                requests = suite.requests(chosen.models, chosen.facts)
                return await _cases_sent(suite, requests, client, subject, ownership)


async def _cases_sent(
    cases: Cases, requests: Sequence[Request], client: Client, subject: Subject, ownership: Ownership
) -> Report:
    samples: list[Sample] = []
    cancelled = ""
    try:
        await send_cases(requests, client, ownership, samples)
    except CancelledRunError as way:
        cancelled = str(way)
    return report_of_cases(
        subject, cases, samples, _now(), connections_opened=client.connections_opened, cancelled=cancelled
    )


async def _soaked(
    soak: Soak, models: tuple[str, ...], client: Client, subject: Subject, ownership: Ownership
) -> Report:
    """Say the plan, send it, and judge what came back."""
    traffic = soak.traffic(models)
    plan.check(traffic)
    make_room(min(traffic.count, math.ceil(client.timeout_seconds / soak.interval_seconds)))
    logger = get_run_logger()
    logger.info("Plan: %s.", plan.plan(soak, traffic))
    if caveat := plan.caveat(soak, traffic):
        logger.warning("This plan cannot end as passed: %s.", caveat)
    last_good = await find_last_good(soak, subject, models)
    with without_long_pauses():
        start, sent = await send_soak(soak, traffic, client, ownership)
    report = report_of_soak(
        replace(subject, started_at=start.wall),
        soak,
        traffic,
        sent,
        _now(),
        connections_opened=client.connections_opened,
        last_good=last_good,
    )
    await keep_if_good(report, soak, sent.tally)
    return report


def _now() -> datetime:
    return datetime.now(UTC)
