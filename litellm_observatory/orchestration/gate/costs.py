"""What a gate's suites take together, and how much of what the gate may cost each of them is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from litellm_observatory.core.discovery.gateway_info import GatewayInfo, choose_targets
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.discovery.probing import BOUNDS, apply_probes, probe
from litellm_observatory.core.planning.estimate import Estimate, estimate, together
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.requests import chat
from litellm_observatory.orchestration.gate.deployed import Suite
from litellm_observatory.orchestration.gate.load_suite import load_suite
from litellm_observatory.orchestration.gate.request import GateRequest, PlannedRun


@dataclass(frozen=True, slots=True)
class Costs:
    """What is known of a gate's gateway, and of its suites, that bears on what they take."""

    client: Client
    request: GateRequest
    deployed: Mapping[str, Suite]
    facts: GatewayInfo
    servers: GatewayInfo | None

    def count_run(self, child: PlannedRun) -> PlannedRun:
        """A suite's run with what it takes, and for how long it sends, None where it takes its own time."""
        deployed = self.deployed[child.suite]
        parameters = {**deployed.defaults, **child.parameters}
        suite = load_suite(child.suite, deployed.entrypoint, deployed.folder, parameters)
        told = self.servers if deployed.kind is TargetKind.MCP_SERVER else self.facts
        if suite is None:
            return replace(child, taken=Estimate(uncounted=(child.suite,)))
        seconds = suite.duration_seconds if isinstance(suite, Soak) else None
        named = parameters.get("models") or parameters.get("servers") or ()
        try:
            targets = choose_targets(named, told or GatewayInfo(None, {}), self.client.gateway, deployed.kind)
        except PreflightError:  # the suite says so itself, and sends nothing
            return replace(child, taken=Estimate(), seconds=seconds)
        return replace(child, taken=estimate(suite, targets, told or GatewayInfo(None, {})), seconds=seconds)

    def where_all_reason(self) -> "Costs":
        """The same, if each model that says that it can reason needed the longest answer that it may have."""
        return replace(self, facts=replace(self.facts, tokens=dict.fromkeys(self.facts.reasoning, BOUNDS[-1])))

    async def ask_models(self, run_id: str) -> "Costs":
        """The same, with what each chat model needs by its own answer, as each suite asks it before it sends."""
        models = self.request.models or self.facts.of(TargetKind.CHAT)
        chats = [name for name in self.facts.among(models, TargetKind.CHAT) if "*" not in name]
        probed = await probe(self.client, lambda model, tokens: chat(model, max_tokens=tokens), chats, run_id)
        chosen, facts, _ = apply_probes(self.facts, chats, self.request.models, probed)
        modes = {name: mode for name, mode in facts.modes.items() if name in chosen or name not in chats}
        return replace(self, facts=replace(facts, modes=modes))


async def count(
    costs: Costs, children: Sequence[PlannedRun], run_id: str | None
) -> tuple[tuple[PlannedRun, ...], Estimate]:
    """The suites' runs with what each takes, and what they take together where all that can reason does.

    Where the request bounds the cost, and not the answers, each chat model is asked once, by `run_id`, None to send
    nothing: what it needs decides. Raises PreflightError where they may cost more than the request allows.
    """
    counted = _share_cost(costs, children)
    if not costs.request.max_tokens and costs.request.max_cost is not None and run_id:
        return (counted := _share_cost(await costs.ask_models(run_id), children)), _all(counted)
    dearest = costs if costs.request.max_tokens else costs.where_all_reason()
    return counted, _all([dearest.count_run(child) for child in children])


def _share_cost(costs: Costs, children: Sequence[PlannedRun]) -> tuple[PlannedRun, ...]:
    """The runs with what each takes, and the same share of the cost that is allowed. Raises PreflightError."""
    counted = [costs.count_run(child) for child in children]
    max_cost, taken = costs.request.max_cost, _all(counted)
    taken.require(max_cost)
    if max_cost is None:
        return tuple(counted)
    share = max_cost / taken.dollars if taken.dollars else 0.0
    return tuple(_give_cost(child, costs.deployed[child.suite], child.taken.dollars * share) for child in counted)


def _give_cost(child: PlannedRun, suite: Suite, max_cost: float) -> PlannedRun:
    """A run that may cost so much, if its suite can be told so."""
    given = {"max_cost": max_cost} if "max_cost" in suite.takes else {}
    return replace(child, parameters={**child.parameters, **given})


def _all(children: Sequence[PlannedRun]) -> Estimate:
    return together(child.taken for child in children)
