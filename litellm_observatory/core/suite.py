"""A suite: its requests and its objectives, as a value. The models belong to the run, not to the suite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.discovery.probing import Ask
from litellm_observatory.core.judging.failure_rate import FailureRate
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.validity import findings_of
from litellm_observatory.core.judging.verdict import Finding, Objective
from litellm_observatory.core.load.traffic import RequestMix, Traffic
from litellm_observatory.core.objectives.against_last_passed import AgainstLastPassed, LastPassed
from litellm_observatory.core.wire.request import Request


@dataclass(frozen=True, slots=True)
class Soak:
    """The same requests to every model, on an open schedule for a set time, judged by their failure rate.

    `requests` makes those to one model, which are sent in turn, from its name and from what preflight learnt of the
    gateway, the `facts`; where the `kind` says so, models are MCP servers. A `gauge` is read beside them.
    `objectives` are judged beside the failure rate. Once a failure is certain the soak ends, unless `stop_early` is
    off. With `accept_losses` a lost target of the last passed run is reported and fails nothing.
    """

    name: str
    requests: Callable[[str, GatewayInfo], Sequence[Request]]
    duration_seconds: float
    interval_seconds: float
    max_failure_rate: float
    objectives: tuple[Objective, ...] = ()
    stop_early: bool = True
    accept_losses: bool = False
    kind: TargetKind = TargetKind.CHAT
    gauge: Request | None = None
    facts: GatewayInfo = field(default_factory=lambda: GatewayInfo(None, {}))

    @property
    def failure_rate(self) -> FailureRate:
        """The objective that must be met for a pass."""
        return FailureRate(self.max_failure_rate)

    def judge(self, tally: Tally, last_good: LastPassed | None) -> list[Finding]:
        """The findings of all objectives; the first one must be met for a pass."""
        others = (*self.objectives, AgainstLastPassed(last_good))
        return [self.failure_rate.judge(tally), *(findings_of(others, tally))]

    def mix(self, models: Sequence[str]) -> RequestMix:
        """What is sent to each of these models."""
        return RequestMix(tuple(tuple(self.requests_to(model)) for model in models), self.gauge)

    def requests_to(self, model: str) -> Sequence[Request]:
        """What is sent to one model, in turn."""
        return self.requests(model, self.facts)

    @property
    def ask(self) -> Ask | None:
        """The request that preflight sends each model once, the soak's first; None where it asks no chat models."""
        if self.kind is not TargetKind.CHAT:
            return None
        return lambda model, tokens: self.requests(model, GatewayInfo(None, {}, tokens={model: tokens}))[0]

    def traffic(self, models: tuple[str, ...]) -> Traffic:
        """The schedule for these models."""
        return Traffic(models, self.duration_seconds, self.interval_seconds)


@dataclass(frozen=True, slots=True)
class Cases:
    """A few different requests, each a must or a should; `requests` makes them from the targets and the facts.

    With `accept_losses` a loss since the last passed run is reported and fails nothing.
    """

    name: str
    requests: Callable[[Sequence[str], GatewayInfo], Sequence[Request]]
    ask: Ask
    """What preflight asks each model once."""
    kind: TargetKind = TargetKind.CHAT
    accept_losses: bool = False
