"""`gate --dry-run`: what a gate would do, on one page; nothing is sent to a model, and no run is started."""

import asyncio
from collections.abc import Mapping
from heapq import heapreplace
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.utilities.schema_tools import ValidationError, validate
from rich.box import SIMPLE
from rich.console import Console
from rich.segment import Segments
from rich.table import Table

from deployments.api import PrefectApi, connect
from deployments.blocks import read_gateway
from deployments.command_error import CommandError
from deployments.connection import connected
from deployments.gate.options import GateOptions
from deployments.log_text import log_text, say
from deployments.start import check_names, known_parameters, read_deployment, refuse_parameter
from deployments.summary import WIDEST
from deployments.timeouts import USUAL
from litellm_observatory.core.text import in_dollars, span
from litellm_observatory.core.wire.client import open_client
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.orchestration.gate.deployed import defaults_of, read_suites
from litellm_observatory.orchestration.gate.plan import Plan, make_plan
from litellm_observatory.orchestration.gate.request import GateRequest, PlannedRun
from litellm_observatory.orchestration.preflight import may_be_missing, require_gateway, require_slack


def print_plan(environment: Mapping[str, str], options: GateOptions, console: Console) -> None:
    """Print the plan of a gate that would start. Raises CommandError where it would be refused."""
    parameters = _parameters(connect(environment, retry_seconds=USUAL.start, notify=console.print), options)
    try:
        gateway, plan, places = asyncio.run(_plan(parameters, environment))
    except PreflightError as refusal:
        raise CommandError(f"The gate would be refused: {refusal}.") from None
    _print(gateway, plan, places, console)


def _parameters(prefect: PrefectApi, options: GateOptions) -> dict[str, Any]:
    """All parameters of the run that would be started.

    Raises CommandError for those that the server would not take.
    """
    deployment = read_deployment(prefect, options.deployed)
    check_names(options.deployed, options.asked, known_parameters(deployment))
    parameters = defaults_of(deployment) | options.asked
    try:
        validate(parameters, deployment.parameter_openapi_schema or {}, raise_on_error=True)
    except ValidationError as error:
        refuse_parameter(options.deployed, str(error))
    return parameters


async def _plan(parameters: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[Gateway, Plan, int | None]:
    """The gateway, the plan for it, and how many suites run at once, None for any number.

    Raises PreflightError and CommandError.
    """
    request = GateRequest.of(parameters)
    async with connected(environment) as client:
        if not may_be_missing(slack := parameters.get("slack") or ""):
            await require_slack(slack)
        await require_gateway(request.gateway)
        block = await read_gateway(client, request.gateway)
        gateway = block.gateway(request.gateway, request.deployment_url)
        async with open_client(gateway) as http:
            plan = await make_plan(http, client, request)
        return gateway, plan, await _places(client, plan)


async def _places(client: PrefectClient, plan: Plan) -> int | None:
    """How many of the suites may run at once: what the narrowest of their queues lets through."""
    deployed = await read_suites(client)
    queues = {deployed[child.suite].queue for child in plan.children} - {None}
    limits = [(await client.read_work_queue(queue)).concurrency_limit for queue in queues if queue]
    return min((limit for limit in limits if limit is not None), default=None)


def lasts(plan: Plan, places: int | None) -> float:
    """For how many seconds suites send at least, where so many run at once and begin in their order."""
    ends = [0.0] * max(1, min(places or len(plan.children), len(plan.children)))
    for child in plan.children:
        heapreplace(ends, ends[0] + (child.seconds or 0.0))
    return max(ends)


def _print(gateway: Gateway, plan: Plan, places: int | None, console: Console) -> None:
    say(console, f"Release {plan.release} would be tested on {gateway}, {plan.gateway}.")
    rows = console.render(_table(plan), console.options.update_width(WIDEST))
    console.print(Segments(rows), soft_wrap=True)
    for left in plan.left_out:
        say(console, f"left out: {left.suite}, {left.reason}")
    for lost in plan.lost:
        say(console, f"would fail: {lost.suite}, {lost.reason}")
    at_once = f", {places} at once" if places and places < len(plan.children) else ""
    say(console, f"Together: {plan.text}; {span(lasts(plan, places))}{at_once}, and the time of suites of cases.")
    say(console, "A dry run: no model was asked anything, and no run was started.")


def _table(plan: Plan) -> Table:
    table = Table(box=SIMPLE, header_style="bold")
    table.add_column("suite", no_wrap=True)
    for column in ("requests", "tokens sent", "answered", "dollars", "sends for"):
        table.add_column(column, no_wrap=True, justify="right")
    for child in plan.children:
        table.add_row(log_text(child.suite, most=100), *_numbers(child))
    return table


def _numbers(child: PlannedRun) -> tuple[str, ...]:
    """What a suite takes at most; dashes where nobody knows."""
    taken = child.taken
    if taken.uncounted:
        return ("–",) * 5
    cost = "unknown" if taken.cost is None else in_dollars(taken.cost)
    tokens = (f"{taken.sent:,}", f"{taken.answered:,}", cost) if taken.sent else ("–", "–", "–")
    return f"{taken.requests:,}", *tokens, span(child.seconds) if child.seconds else "–"
