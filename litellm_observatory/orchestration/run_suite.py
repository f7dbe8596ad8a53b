"""A suite's run: the gateway's part of preflight, the suite's traffic, and what came of it."""

import math
from dataclasses import replace
from datetime import UTC, datetime

from prefect.logging import get_run_logger

from litellm_observatory.core.cases.gateway import ITSELF
from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.discovery.discover import introduction
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.judging.verdict import Finding
from litellm_observatory.core.load.send_window import gc_frozen
from litellm_observatory.core.objectives.still_listed import StillListed
from litellm_observatory.core.planning.plan import check, plan_of_cases, plan_of_soak
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.build import report_of_cases, report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.reporting.without_traffic import report_of_invalid
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.text import break_commands
from litellm_observatory.core.wire.client import Client, open_client
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.orchestration.history.last_passed import find_last_passed, keep_if_good
from litellm_observatory.orchestration.history.reports import find_predecessor
from litellm_observatory.orchestration.ownership import Ownership
from litellm_observatory.orchestration.parameters import RunOptions
from litellm_observatory.orchestration.persistence.checkpoints import PreflightResult, ask_gateway
from litellm_observatory.orchestration.persistence.first_gateway import MovedError, first_gateway
from litellm_observatory.orchestration.preflight import ensure_file_descriptors
from litellm_observatory.orchestration.send_cases import send_cases
from litellm_observatory.orchestration.send_soak import send_soak


async def run_suite(
    suite: Soak | Cases, options: RunOptions, gateway: Gateway, info: RunInfo, ownership: Ownership
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
    async with open_client(gateway, timeout_seconds=options.timeout_seconds) as client:
        try:
            asking = ask_gateway(client, suite, options, may_send=not moved)
            found = await ownership.unless_cancelled(asking)
        except PreflightError:
            if not moved:
                raise
            return report_of_invalid(info, options.models, moved[0], datetime.now(UTC))
        renewed = first.note(gateway) if first and not moved else ()
        info = _with_findings_of_preflight(suite, info, found, renewed, moved)
        match suite:
            case Soak():
                return await run_soak(suite, found, client, options, info, ownership)
            case Cases():
                return await run_cases(suite, found, client, options, info, ownership)


def _with_findings_of_preflight(
    suite: Soak | Cases, info: RunInfo, found: PreflightResult, renewed: tuple[str, ...], moved: tuple[Finding, ...]
) -> RunInfo:
    """What is known of a run after its preflight, which the log says too."""
    notes = (*found.notes, *renewed)
    if suite.kind is not TargetKind.MCP_SERVER:
        get_run_logger().info("Gateway: %s.", break_commands(introduction(found.facts)))
    for note in notes:
        get_run_logger().info(break_commands(note))
    return replace(
        info,
        gateway_version=found.facts.version,
        notes=(*info.notes, *notes),
        version_seen_at=found.told_at,
        invalid_reasons=moved,
        planned_cost=found.estimate.cost if found.estimate else None,
    )


async def run_soak(
    soak: Soak, found: PreflightResult, client: Client, options: RunOptions, info: RunInfo, ownership: Ownership
) -> Report:
    """Say the plan, send it, and judge what came back."""
    traffic = soak.traffic(found.models)
    check(traffic)
    ensure_file_descriptors(min(traffic.count, math.ceil(client.timeout_seconds / soak.interval_seconds)))
    soak = replace(soak, facts=found.facts)
    info = replace(info, plan=plan_of_soak(soak, traffic, found.estimate))
    get_run_logger().info("Plan: %s.", break_commands(info.plan))
    if why := soak.failure_rate.underpowered_reason(traffic.count):
        get_run_logger().warning("This plan cannot end as passed: %s.", why)
    if not options.models:  # what a choice of targets leaves out is nobody's loss
        predecessor, info = await _find_predecessor(info, options)
        if predecessor:
            gone = found.facts.missing(predecessor.models)
            listed = StillListed(gone, predecessor.name, soak.kind, accepted=soak.accept_losses)
            soak = replace(soak, objectives=(*soak.objectives, listed))
    last_good = await find_last_passed(soak, info, found.models)
    with gc_frozen():
        start, sent = await send_soak(soak, traffic, client, ownership, only_recall=bool(info.invalid_reasons))
    report = report_of_soak(
        replace(info, started_at=start.wall, notes=(*info.notes, *client.notes)),
        soak,
        traffic,
        sent,
        datetime.now(UTC),
        connections_opened=client.connections_opened,
        last_good=last_good,
    )
    await keep_if_good(report, soak, sent.tally)
    return report


async def run_cases(
    suite: Cases, found: PreflightResult, client: Client, options: RunOptions, info: RunInfo, ownership: Ownership
) -> Report:
    """Send each case, unless what is left must not be sent, and judge them beside those of the last passed run."""
    requests = suite.requests(found.models, found.facts)
    if info.invalid_reasons:
        requests = [replace(request, skip="not sent to another gateway") for request in requests]
    info = replace(info, started_at=found.told_at)
    if found.estimate:
        info = replace(info, plan=plan_of_cases(found.estimate))
        get_run_logger().info("Plan: %s.", break_commands(info.plan))
    predecessor, info = await _find_predecessor(info, options)
    before = [name for name in predecessor.models if name != ITSELF] if predecessor else []
    samples, cancelled = await send_cases(suite.name, requests, client, ownership, info.started_at)
    return report_of_cases(
        info,
        requests,
        samples,
        datetime.now(UTC),
        connections_opened=client.connections_opened,
        predecessor=predecessor,
        gone=found.facts.missing(before),
        accept_losses=suite.accept_losses,
        cancelled=cancelled,
    )


async def _find_predecessor(info: RunInfo, options: RunOptions) -> tuple[Predecessor | None, RunInfo]:
    """The last passed run of these models, none where the run is invalid; a note where it could not be read."""
    if info.invalid_reasons:
        return None, info
    try:
        before = info.version_seen_at or info.started_at
        return await find_predecessor(info.suite, info.gateway, before, options.models), info
    except Exception as error:
        get_run_logger().warning("The last passed run could not be read.\n%s", trace_of(error))
        unread = "The last passed run could not be read: nobody knows what was lost since then."
        return None, replace(info, notes=(*info.notes, unread))
