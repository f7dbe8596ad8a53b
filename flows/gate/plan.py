"""What a gate is going to do: which suites, of which deployments, with which parameters."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    DeploymentFilterTags,
)
from prefect.client.schemas.responses import DeploymentResponse

from flows.gate.losses import judge_loss
from flows.lost import SUITE_TAG
from suites.discovery import discover
from suites.facts import Facts, choose_targets
from suites.gateway import Refused
from suites.profiles import PROFILES, ProfileName
from suites.report import LeftOut, SuiteOutcome
from suites.targets import Kind
from suites.versions import is_another
from suites.wire.client import Client
from suites.words import listed

ON_DEMAND = "on-demand"
"""The deployment of each suite that a gate starts."""

MOST_SUITES = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks of a gate; `suites` empty means the profile's, `release` empty what the gateway runs."""

    release: str
    gateway: str
    deployment_url: str | None
    models: tuple[str, ...]
    profile: ProfileName
    suites: tuple[str, ...]
    allow_other_version: bool = False
    max_tokens: int | None = None
    accept_losses: bool = False


@dataclass(frozen=True, slots=True)
class Child:
    """One suite's run to be: its deployment is `suite`/on-demand."""

    suite: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to run for which release, in the order in which it begins, and what of the profile does not.

    All of it is for the gateway at `url`, which told its version at `told_at`. `lost` are suites whose targets the
    gateway had in their last passed run, and has no more: each as it failed.
    """

    release: str
    gateway_version: str | None
    url: str
    told_at: datetime
    children: tuple[Child, ...]
    left_out: tuple[LeftOut, ...] = ()
    lost: tuple[SuiteOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite that is deployed: the parameters that it takes, the kind of target that it tests, and its queue."""

    takes: frozenset[str]
    kind: Kind
    queue: UUID | None


async def make_plan(client: Client, prefect: PrefectClient, question: Question) -> Plan:
    """Ask the server for its suites and the gateway for its models. Raises Refused."""
    deployed = await read_suites(prefect)
    named = tuple(dict.fromkeys(question.suites)) or tuple(PROFILES[question.profile].suites)
    if unknown := [name for name in named if name not in deployed]:
        raise Refused(
            f"no suite '{unknown[0]}' is deployed; there are: {listed(list(deployed))}; "
            "to deploy what is declared run: python -m deployments apply"
        )
    facts = await discover(client)
    told_at = datetime.now(UTC)
    _require_release(client, question, facts)
    if question.models:
        choose_targets(question.models, facts, client.gateway, Kind.CHAT)
    servers: Facts | None = None
    if any(deployed[name].kind is Kind.MCP_SERVER for name in named):
        with suppress(Refused):  # the suite itself then says why, and the others are not kept from running
            servers = await discover(client, Kind.MCP_SERVER)
    release = question.release or facts.version
    if not release:
        raise Refused(f"{client.gateway} does not tell its version; name the release in the parameter release")
    wanting = {name: why for name in named if (why := _wants(deployed[name].kind, question.models, facts, servers))}
    if question.suites and wanting:
        raise Refused("; ".join(f"{name} cannot run, {why}" for name, why in wanting.items()))
    children = tuple(
        _child(name, deployed[name], question, facts, client.gateway.url) for name in named if name not in wanting
    )
    unstarted = [await _unstarted(name, deployed[name].kind, why, question) for name, why in wanting.items()]
    lost = tuple(one for one in unstarted if isinstance(one, SuiteOutcome))
    left_out = tuple(one for one in unstarted if isinstance(one, LeftOut))
    if not children and not lost:
        raise Refused(f"{client.gateway} has nothing for any suite: {'; '.join(dict.fromkeys(wanting.values()))}")
    await _refuse_paused(prefect, (deployed[child.suite] for child in children))
    return Plan(release, facts.version, client.gateway.url, told_at, children, left_out, lost)


async def _unstarted(suite: str, kind: Kind, why: str, question: Question) -> SuiteOutcome | LeftOut:
    """What is said of a suite that has nothing to test; what a choice of models leaves out is nobody's loss."""
    if question.models and kind is not Kind.MCP_SERVER:
        return LeftOut(suite=suite, reason=why)
    return await judge_loss(suite, question.gateway, why, accepts=question.accept_losses)


def _require_release(client: Client, question: Question, facts: Facts) -> None:
    """Raise Refused where the gateway tells another version than the release that is asked for."""
    if not question.allow_other_version and facts.version and is_another(question.release, facts.version):
        raise Refused(
            f"{question.release} is not what {client.gateway} runs: it tells {facts.version}; deploy that release, "
            "name the one that runs, or set allow_other_version where the tag is no version of the gateway"
        )


async def read_suites(prefect: PrefectClient) -> dict[str, Suite]:
    """The suites that can be started on demand, by their names."""
    found = await prefect.read_deployments(
        deployment_filter=DeploymentFilter(
            name=DeploymentFilterName(any_=[ON_DEMAND]), tags=DeploymentFilterTags(all_=[SUITE_TAG])
        ),
        limit=MOST_SUITES,
    )
    return {(await prefect.read_flow(one.flow_id)).name: _suite(one) for one in found}


def _suite(deployment: DeploymentResponse) -> Suite:
    """What a deployment says of its suite: its schema what it takes, a tag what it tests where that is no chat."""
    schema = deployment.parameter_openapi_schema or {}
    kind = next((kind for kind in Kind if kind in deployment.tags), Kind.CHAT)
    return Suite(frozenset(schema.get("properties", {})), kind, deployment.work_queue_id)


async def _refuse_paused(prefect: PrefectClient, suites: Iterable[Suite]) -> None:
    """Raise Refused where the work queue of a suite, or its pool, is paused: its run would wait for ever.

    A deployment that is paused itself makes nobody wait: that stops its schedules alone.
    """
    for queue_id in {suite.queue for suite in suites if suite.queue}:
        queue = await prefect.read_work_queue(queue_id)
        pool = queue.work_pool_name or ""
        if queue.is_paused:
            way = f"prefect work-queue resume {queue.name} --pool {pool}"
            raise Refused(f"work queue '{queue.name}' is paused, so no suite would begin; resume it: {way}")
        if pool and (await prefect.read_work_pool(pool)).is_paused:
            way = f"prefect work-pool resume {pool}"
            raise Refused(f"work pool '{pool}' is paused, so no suite would begin; resume it: {way}")


def _wants(kind: Kind, asked: Sequence[str], facts: Facts, servers: Facts | None) -> str | None:
    """What a suite of this kind lacks on the gateway, in words; None when there is something to send to.

    `servers` None: the gateway could not tell them, and what cannot be told is not lacking.
    """
    if kind is not Kind.MCP_SERVER and asked:
        return None if facts.among(asked, kind) else f"none of the models named is of its kind ({kind.noun})"
    told = servers if kind is Kind.MCP_SERVER else facts
    return None if told is None or told.of(kind) else f"the gateway lists no {kind.noun}"


def _child(name: str, suite: Suite, question: Question, facts: Facts, url: str) -> Child:
    """A suite's run with those of the gate's parameters that it takes. It tells nobody: the gate does.

    It is given the URL that the gate saw: a block that somebody edits meanwhile splits no gate.
    """
    asked = {
        "gateway": question.gateway,
        "deployment_url": url,
        "models": list(facts.among(question.models, suite.kind)),
        "slack": "",
        "accept_losses": question.accept_losses,
        **({"max_tokens": question.max_tokens} if question.max_tokens else {}),
        **PROFILES[question.profile].parameters(name),
    }
    return Child(name, {parameter: value for parameter, value in asked.items() if parameter in suite.takes})
