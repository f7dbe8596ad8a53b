"""A suite's run: the gateway's part of preflight, the suite's traffic, and what came of it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from litellm_observatory.core.cases.gateway import ITSELF
from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.introduction import introduction
from litellm_observatory.core.discovery.targets import TargetKind
from litellm_observatory.core.judging.verdict import Finding
from litellm_observatory.core.load.gc_frozen import gc_frozen
from litellm_observatory.core.objectives.still_listed import StillListed
from litellm_observatory.core.planning import plan
from litellm_observatory.core.planning.estimate import Estimate, estimate
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.build import report_of_cases, report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.text import break_commands
from litellm_observatory.core.wire.client import Client, open_client
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Sample
from litellm_observatory.orchestration.history.last_passed import find_last_passed, keep_if_good
from litellm_observatory.orchestration.history.reports import find_predecessor
from litellm_observatory.orchestration.ownership import CancelledRunError, Ownership
from litellm_observatory.orchestration.persistence.checkpoints import settled_choice
from litellm_observatory.orchestration.persistence.first_gateway import MovedError, first_gateway, keep_gateway
from litellm_observatory.orchestration.preflight import ensure_file_descriptors
from litellm_observatory.orchestration.run import RunOptions, run
from litellm_observatory.orchestration.send_cases import send_cases
from litellm_observatory.orchestration.send_soak import send_soak
from litellm_observatory.orchestration.untested import report_of_invalid


async def run_suite(suite: Soak | Cases, target: RunOptions) -> State[None]:
    """Run a suite against a gateway, and tell its end."""
    return await run(suite.name, target, partial(_tested, suite, target))


async def _tested(
    suite: Soak | Cases, target: RunOptions, gateway: Gateway, subject: RunInfo, ownership: Ownership
) -> Report:
    """The gateway's part of preflight, then the suite's traffic. Raises PreflightError before anything is sent.

    A run that was begun at another gateway is judged by what was seen of that one; this one is sent nothing.
    """
    first = await first_gateway()
    moved: tuple[Finding, ...] = ()
    try:
        if first:
            first.require(gateway)
    except MovedError as error:
        moved = (error.invalid_reason,)

    def afford(models: Sequence[str], facts: GatewayInfo) -> Estimate:
        taken = estimate(suite, models, facts)
        taken.require(target.max_cost)
        return taken

    async with open_client(gateway, timeout_seconds=target.timeout_seconds) as client:
        try:
            ask = None if moved else suite.ask
            choice = settled_choice(client, tuple(target.models), suite.kind, ask, afford)
            chosen = await ownership.unless_cancelled(choice)
        except PreflightError:
            if not moved:
                raise
            return report_of_invalid(subject, target.models, moved[0])
        taken = None if moved else afford(chosen.models, chosen.facts)
        if first is None:
            await keep_gateway(gateway)
        notes = (*chosen.notes, *(first.note(gateway) if first and not moved else ()))
        if suite.kind is not TargetKind.MCP_SERVER:
            get_run_logger().info("Gateway: %s.", break_commands(introduction(chosen.facts)))
        for note in notes:
            get_run_logger().info(break_commands(note))
        subject = replace(
            subject,
            gateway_version=chosen.facts.version,
            notes=(*subject.notes, *notes),
            version_seen_at=chosen.told_at,
            invalid_reasons=moved,
            estimate=taken,
        )
        match suite:
            case Soak():
                soak, unread = await _beside_the_last_passed(replace(suite, facts=chosen.facts), target, subject)
                subject = replace(subject, notes=(*subject.notes, *unread))
                return await _soaked(soak, chosen.models, client, subject, ownership)
            case Cases():
                requests = suite.requests(chosen.models, chosen.facts)
                if moved:
                    requests = [replace(request, skip="not sent to another gateway") for request in requests]
                subject = replace(subject, started_at=chosen.told_at)
                if taken:
                    get_run_logger().info("Plan: %s.", break_commands(plan.plan_of_cases(taken)))
                predecessor, unread = await _predecessor(subject, subject.started_at, target.models)
                subject = replace(subject, notes=(*subject.notes, *unread))
                return await _cases_sent(suite, requests, client, chosen.facts, subject, ownership, predecessor)


async def _cases_sent(
    suite: Cases,
    requests: Sequence[Request],
    client: Client,
    facts: GatewayInfo,
    subject: RunInfo,
    ownership: Ownership,
    predecessor: Predecessor | None,
) -> Report:
    """Send each case, and judge them beside those of the last passed run, unless what is left must not be sent."""
    samples: list[Sample] = []
    cancelled = ""
    try:
        await send_cases(suite.name, requests, client, ownership, subject.started_at, samples)
    except CancelledRunError as way:
        cancelled = str(way)
    return report_of_cases(
        subject,
        requests,
        samples,
        _now(),
        connections_opened=client.connections_opened,
        predecessor=predecessor,
        gone=facts.missing([name for name in predecessor.models if name != ITSELF]) if predecessor else (),
        accept_losses=suite.accept_losses,
        cancelled=cancelled,
    )


async def _beside_the_last_passed(soak: Soak, target: RunOptions, subject: RunInfo) -> tuple[Soak, Sequence[str]]:
    """The soak that is also judged by which targets of its last passed run are gone; and what is to be noted.

    What a choice of targets leaves out is nobody's loss.
    """
    if target.models:
        return soak, ()
    predecessor, unread = await _predecessor(subject, subject.version_seen_at or subject.started_at, target.models)
    if predecessor is None:
        return soak, unread
    gone = soak.facts.missing(predecessor.models)
    listed = StillListed(gone, predecessor.name, soak.kind, accepted=soak.accept_losses)
    return replace(soak, objectives=(*soak.objectives, listed)), unread


async def _predecessor(
    subject: RunInfo, before: datetime, tested: Sequence[str]
) -> tuple[Predecessor | None, Sequence[str]]:
    """The last passed run of these models; or a note where it could not be read; none where the run is invalid."""
    if subject.invalid_reasons:
        return None, ()
    try:
        return await find_predecessor(subject.suite, subject.gateway, before, tested), ()
    except Exception as error:
        get_run_logger().warning("The last passed run could not be read: %s", type(error).__name__)
        return None, ("The last passed run could not be read: nobody knows what was lost since then.",)


async def _soaked(
    soak: Soak, models: tuple[str, ...], client: Client, subject: RunInfo, ownership: Ownership
) -> Report:
    """Say the plan, send it, and judge what came back."""
    traffic = soak.traffic(models)
    plan.check(traffic)
    ensure_file_descriptors(min(traffic.count, math.ceil(client.timeout_seconds / soak.interval_seconds)))
    logger = get_run_logger()
    logger.info("Plan: %s.", break_commands(plan.plan(soak, traffic)))
    if reason := soak.failure_rate.underpowered_reason(traffic.count):
        logger.warning("This plan cannot end as passed: %s.", reason)
    last_good = await find_last_passed(soak, subject, models)
    with gc_frozen():
        start, sent = await send_soak(soak, traffic, client, ownership, only_recall=bool(subject.invalid_reasons))
    report = report_of_soak(
        replace(subject, started_at=start.wall, notes=(*subject.notes, *client.notes)),
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
