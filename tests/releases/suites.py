"""The suites without their orchestration: preflight, traffic and verdict of one, from the core alone.

What a flow run does beside them (tasks, persistence, artifacts, notices) is no matter of a release, and takes time.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from litellm_observatory.core.cases.judge import judge_loss
from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.discovery.gateway_info import GatewayInfo, choose_targets
from litellm_observatory.core.judging.early_stop import EarlyStop
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.load.send_case import send_case
from litellm_observatory.core.load.send_window import send_window, sleep_until
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.load.traffic import Window
from litellm_observatory.core.report.report import LeftOut, Report
from litellm_observatory.core.reporting.build import report_of_cases, report_of_soak
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.reporting.without_traffic import report_without_traffic
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.wire.client import Client, open_client
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Sample

LEAD_SECONDS = 0.5
RETRIES = 2
"""Further tries of a case that met a transient fault: one less than a flow's, and sooner."""
PAUSE_SECONDS = 1.0


async def run_suite(
    suite: Soak | Cases, gateway: Gateway, asked: Sequence[str] = (), predecessor: Predecessor | None = None
) -> Report:
    """The report of a suite against a gateway; to the models `asked`, or to all of its kind.

    It is judged beside its `predecessor`, as after the last passed run of a gateway: cases as they are then, and a
    suite that has nothing to test any more as by a gate.
    """
    async with open_client(gateway) as client:
        subject = RunInfo(suite.name, gateway.name, None, None, datetime.now(UTC))
        facts: GatewayInfo | None = None
        try:
            facts = await discover(client, suite.kind)
            models = choose_targets(asked, facts, gateway, suite.kind)
        except PreflightError as refused:
            lacks = facts is not None and not facts.of(suite.kind)
            return _refused(subject, refused, predecessor if lacks else None)
        if isinstance(suite, Cases):
            requests = suite.requests(models, facts)
            samples = [await _sample(client, index, request) for index, request in enumerate(requests)]
            return report_of_cases(
                subject, requests, samples, datetime.now(UTC), connections_opened=0, predecessor=predecessor
            )
        return await _soak(suite, models, client, subject)


def _refused(subject: RunInfo, refused: PreflightError, predecessor: Predecessor | None) -> Report:
    """A suite that is sent nothing: refused, or failed where its predecessor had something to test."""
    loss = judge_loss(subject.suite, str(refused), predecessor)
    verdict, why = (Verdict.REFUSED, str(refused)) if isinstance(loss, LeftOut) else (loss.verdict, loss.why)
    return report_without_traffic(subject, verdict, why, (), datetime.now(UTC))


async def _sample(client: Client, index: int, request: Request) -> Sample:
    """One case, tried again where the fault is transient, as a flow does."""
    attempts = [await send_case(client, request, f"releases-{index}-0")]
    while (failure := attempts[-1].failure) and failure.kind.is_transient and len(attempts) <= RETRIES:
        await asyncio.sleep(PAUSE_SECONDS)
        attempts.append(await send_case(client, request, f"releases-{index}-{len(attempts)}"))
    return Sample(index, request.name, request.model, due=0.0, lateness=0.0, attempts=tuple(attempts))


async def _soak(soak: Soak, models: tuple[str, ...], client: Client, subject: RunInfo) -> Report:
    traffic = soak.traffic(models)
    mix = soak.mix(models)
    start = asyncio.get_running_loop().time() + LEAD_SECONDS
    early_stop = EarlyStop(traffic.count, soak.max_failure_rate, enabled=soak.stop_early)
    windows: list[asyncio.Task[Tally]] = []

    async def send(window: Window) -> Tally:
        return await send_window(client, mix, traffic, window, start, "releases", early_stop)

    async with asyncio.TaskGroup() as group:
        for window in traffic.windows:
            await sleep_until(start + window.start - LEAD_SECONDS)
            if early_stop.triggered.is_set():
                break
            windows.append(group.create_task(send(window)))
    tally = Tally.merge(traffic.models, [window.result() for window in windows])
    sent = SoakResult.of(traffic, tally, start=start, stop=early_stop.stop)
    return report_of_soak(
        subject, soak, traffic, sent, datetime.now(UTC), connections_opened=client.connections_opened
    )
