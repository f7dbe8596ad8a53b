"""What a gate is going to do: which suites, of which deployments, with which parameters."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from prefect.client.orchestration import PrefectClient

from litellm_observatory.core.cases.judge import judge_loss
from litellm_observatory.core.discovery.discover import discover, introduction
from litellm_observatory.core.discovery.gateway_info import GatewayInfo, choose_targets
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.gate.profiles import PROFILES
from litellm_observatory.core.planning.estimate import Estimate, together
from litellm_observatory.core.report.report import LeftOut, SuiteOutcome
from litellm_observatory.core.text import did_you_mean, display_name, in_dollars, list_names, quote
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.versions import is_another
from litellm_observatory.names import GATE_FLOW
from litellm_observatory.orchestration.gate.costs import Costs, count
from litellm_observatory.orchestration.gate.deployed import Suite, read_suites, refuse_paused
from litellm_observatory.orchestration.gate.request import GateRequest, PlannedRun
from litellm_observatory.orchestration.history.reports import find_predecessor, was_accepted
from litellm_observatory.orchestration.remedies import APPLY


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to run for which release, in the order in which it begins, and what of the profile does not.

    All of it is for the gateway at `url`, which told its version at `told_at`. `lost` are suites whose targets the
    gateway had in their last passed run, and has no more: each as it failed. `dearest` is what the suites take where
    every model that can reason does.
    """

    release: str
    gateway_version: str | None
    url: str
    told_at: datetime
    children: tuple[PlannedRun, ...]
    left_out: tuple[LeftOut, ...] = ()
    lost: tuple[SuiteOutcome, ...] = ()
    dearest: Estimate = field(default_factory=Estimate)
    gateway: str = ""
    """What the gateway is, in one line."""

    @property
    def taken(self) -> Estimate:
        """What the suites take together, at most."""
        return together(child.taken for child in self.children)

    @property
    def text(self) -> str:
        """Requests, tokens and dollars of all suites together."""
        taken = self.taken
        said = "; ".join(filter(None, (f"{taken.requests:,} requests", taken.text)))
        if self.dearest.answered == taken.answered:
            return said
        dollars = f", {in_dollars(self.dearest.dollars)}" if self.dearest.dollars else ""
        longest = f"if models reason, up to {self.dearest.answered:,} answered{dollars}"
        return f"{said}; {longest} (max_tokens bounds that; with max_cost each is asked before)"


async def make_plan(client: Client, prefect: PrefectClient, request: GateRequest, run_id: str | None = None) -> Plan:
    """Ask the server for its suites and the gateway for its models, and what they cost. Raises PreflightError.

    Without the id of the run that it is made for, no model is asked anything.
    """
    deployed = await read_suites(prefect)
    named = tuple(dict.fromkeys(request.suites)) or tuple(PROFILES[request.profile].suites)
    if unknown := [name for name in named if name not in deployed]:
        raise PreflightError(
            f"no suite '{unknown[0]}' is deployed{did_you_mean(unknown[0], deployed)}; "
            f"there are: {list_names(list(deployed))}",
            f"to deploy what is declared: {APPLY}",
            brief=f"no suite {quote(unknown[0])} is deployed",
        )
    facts = await discover(client)
    told_at = datetime.now(UTC)
    _require_release(client, request, facts)
    if request.models:
        choose_targets(request.models, facts, client.gateway, TargetKind.CHAT)
    servers: GatewayInfo | None = None
    if any(deployed[name].kind is TargetKind.MCP_SERVER for name in named):
        with suppress(PreflightError):  # the suite itself then says why, and the others are not kept from running
            servers = await discover(client, TargetKind.MCP_SERVER)
    release = request.release or facts.version
    if not release:
        raise client.gateway.refusal("does not report its version", "name the release in the parameter release")
    wanting = {name: why for name in named if (why := _wants(deployed[name].kind, request.models, facts, servers))}
    if request.suites and wanting:
        name, why = next(iter(wanting.items()))
        raise PreflightError(
            "; ".join(f"{name} cannot run, {why}" for name, why in wanting.items()),
            "leave it out of suites",
            brief=f"{display_name(name)} cannot run, {why}",
        )
    children = tuple(
        _child(name, deployed[name], request, facts, client.gateway.url) for name in named if name not in wanting
    )
    unstarted = [await _unstarted(name, deployed[name].kind, why, request) for name, why in wanting.items()]
    lost = tuple(one for one in unstarted if isinstance(one, SuiteOutcome))
    left_out = tuple(one for one in unstarted if isinstance(one, LeftOut))
    if not children and not lost:
        what = "has nothing for any suite"
        reasons = "; ".join(dict.fromkeys(wanting.values()))
        raise client.gateway.refusal(f"{what}: {reasons}", "name suites for what it lists", brief=what)
    await refuse_paused(prefect, (deployed[child.suite] for child in children))
    costs = Costs(client, request, deployed, facts, servers)
    children, dearest = await count(costs, children, run_id)
    return Plan(
        release,
        facts.version,
        client.gateway.url,
        told_at,
        children,
        left_out,
        lost,
        dearest,
        introduction(facts, servers),
    )


async def _unstarted(suite: str, kind: TargetKind, why: str, request: GateRequest) -> SuiteOutcome | LeftOut:
    """What is said of a suite that has nothing to test, beside its last passed run.

    What a choice of models leaves out is nobody's loss. A loss that is accepted is left out in this gate and those
    after it, until the suite passes again.
    """
    if request.models and kind is not TargetKind.MCP_SERVER:
        return LeftOut(suite=suite, reason=why)
    predecessor = await find_predecessor(suite, request.gateway, datetime.now(UTC))
    if predecessor and await was_accepted(GATE_FLOW, suite, request.gateway, since=predecessor.ended_at):
        return LeftOut(suite=suite, reason=why, accepted=True)
    return judge_loss(suite, why, predecessor, accepted=request.accept_losses)


def _require_release(client: Client, request: GateRequest, facts: GatewayInfo) -> None:
    """Raise PreflightError where the gateway tells another version than the release that is asked for."""
    if not request.allow_other_version and facts.version and is_another(request.release, facts.version):
        raise PreflightError(
            f"{request.release} is not what {client.gateway} runs: it reports {facts.version}",
            "deploy that release, "
            "name the one that runs, or set allow_other_version where the tag is no version of the gateway",
            brief=f"{display_name(request.release)} is not what {client.gateway.display_name} runs: "
            f"it reports {display_name(facts.version)}",
        )


def _wants(kind: TargetKind, asked: Sequence[str], facts: GatewayInfo, servers: GatewayInfo | None) -> str | None:
    """What a suite of this kind lacks on the gateway, in words; None when there is something to send to.

    `servers` None: the gateway could not tell them, and what cannot be told is not lacking.
    """
    if kind is not TargetKind.MCP_SERVER and asked:
        return None if facts.among(asked, kind) else f"none of the models named is of its kind ({kind.noun})"
    told = servers if kind is TargetKind.MCP_SERVER else facts
    return None if told is None or told.of(kind) else f"the gateway lists no {kind.noun}"


def _child(name: str, suite: Suite, request: GateRequest, facts: GatewayInfo, url: str) -> PlannedRun:
    """A suite's run with those of the gate's parameters that it takes. It tells nobody: the gate does.

    It is given the URL that the gate saw: a block that somebody edits meanwhile splits no gate.
    """
    asked = {
        "gateway": request.gateway,
        "deployment_url": url,
        "models": list(facts.among(request.models, suite.kind)),
        "slack": "",
        "accept_losses": request.accept_losses,
        **({"max_tokens": request.max_tokens} if request.max_tokens else {}),
        **_length(name, suite, request),
    }
    return PlannedRun(name, {parameter: value for parameter, value in asked.items() if parameter in suite.takes})


def _length(name: str, suite: Suite, request: GateRequest) -> dict[str, float]:
    """What the profile asks of a suite; one that is not of the profile keeps what its own stanza says."""
    profile = PROFILES[request.profile]
    kept = frozenset() if name in profile.suites else suite.declared
    return {parameter: value for parameter, value in profile.parameters(name).items() if parameter not in kept}
