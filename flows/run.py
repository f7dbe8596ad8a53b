"""A run from its first line to its state: preflight, the suite's traffic, the verdict, the publishers."""

import math
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from flows.last_good import find_last_good, keep_if_good
from flows.preflight import load_gateway, load_slack, make_room
from flows.publishing.publish import publish
from flows.send_cases import send_cases
from flows.send_soak import send_soak
from flows.states import state_of
from suites import plan
from suites.discovery import choose_targets, discover
from suites.gateway import Gateway, Refused
from suites.judging.verdict import Verdict
from suites.pauses import without_long_pauses
from suites.report import Report
from suites.reporting import Subject, report_of_cases, report_of_soak, report_without_traffic
from suites.suite import Cases, Soak
from suites.wire.client import Client, open_client
from suites.wire.failures import presentable, redact
from suites.words import listed


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
    """Run a suite and tell its end. Whatever happens, there is a report and a state with one sentence."""
    subject = Subject(suite.name, target.gateway, target.deployment_url, None, _now())
    webhook, secret = None, ""
    try:
        webhook = await load_slack(target.slack)
        gateway = await load_gateway(target.gateway, target.deployment_url)
        secret = gateway.key
        report = await _tested(suite, gateway, target, subject)
    except Refused as refusal:
        report = _untested(subject, target, Verdict.REFUSED, f"Refused: {refusal}")
    except Exception as error:
        trace = redact("".join(traceback.format_exception(error)), secret)
        get_run_logger().error("The observatory itself failed.\n%s", trace)
        cause = _first(error)
        why = presentable(f"{type(cause).__name__}: {cause}", secret)
        reason = f"Errored: {why}; this is a fault of the observatory, not of the gateway; its trace is in the log"
        report = _untested(subject, target, Verdict.ERRORED, reason)
    await publish(report, webhook)
    return state_of(report)


async def _tested(suite: Soak | Cases, gateway: Gateway, target: Target, subject: Subject) -> Report:
    """The gateway's part of preflight, then the suite's traffic. Raises Refused before anything is sent."""
    async with open_client(gateway, timeout_seconds=target.timeout_seconds) as client:
        facts = await discover(client, suite.kind)
        models = choose_targets(target.models, facts, gateway, suite.kind)
        notes: tuple[str, ...] = ()
        if not target.models and (others := facts.left_out(suite.kind)):
            notes = (f"Left out, being no {suite.kind.noun}s by the mode that the gateway states: {listed(others)}",)
            get_run_logger().info(notes[0])
        subject = replace(subject, gateway_version=facts.version, notes=notes)
        match suite:
            case Soak():
                return await _soaked(suite, models, client, subject)
            case Cases():
                samples = await send_cases(suite.requests(models, facts), client)
                return report_of_cases(subject, suite, samples, _now(), connections_opened=client.connections_opened)


async def _soaked(soak: Soak, models: tuple[str, ...], client: Client, subject: Subject) -> Report:
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
        sent = await send_soak(soak, traffic, client)
    report = report_of_soak(
        replace(subject, started_at=sent.start.wall),
        soak,
        traffic,
        sent.tally,
        _now(),
        connections_opened=client.connections_opened,
        stopped=sent.stop.reason if sent.stop else None,
        due=traffic.due_by(sent.stop.instant - sent.start.clock) - sent.stop.given_up if sent.stop else None,
        last_good=last_good,
    )
    await keep_if_good(report, soak, sent.tally)
    return report


def _untested(subject: Subject, target: Target, verdict: Verdict, reason: str) -> Report:
    return report_without_traffic(subject, verdict, reason, target.models, _now())


def _now() -> datetime:
    return datetime.now(UTC)


def _first(error: BaseException) -> BaseException:
    """The first real cause inside a group of exceptions."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
