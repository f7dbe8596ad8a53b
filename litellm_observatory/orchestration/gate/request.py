"""What somebody asks of a gate, and the runs of suites that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from litellm_observatory.core.gate.profiles import ProfileName
from litellm_observatory.core.planning.estimate import Estimate
from litellm_observatory.names import DEFAULT_GATEWAY
from litellm_observatory.orchestration.parameters import RunOptions

ANSWER_SECONDS = 60.0
"""The gateway's longest answer to what a gate itself asks."""


@dataclass(frozen=True, slots=True)
class GateRequest:
    """What somebody asks of a gate; `suites` empty means the profile's, `release` empty what the gateway runs.

    `max_cost` is what all suites together may cost at most, in dollars; None is no bound.
    """

    release: str = ""
    gateway: str = DEFAULT_GATEWAY
    deployment_url: str | None = None
    models: tuple[str, ...] = ()
    profile: ProfileName = "smoke"
    suites: tuple[str, ...] = ()
    allow_other_version: bool = False
    max_tokens: int | None = None
    accept_losses: bool = False
    max_cost: float | None = None

    def options(self, slack: str) -> RunOptions:
        """What its run tests and whom it tells, as every run."""
        return RunOptions(self.gateway, self.deployment_url, self.models, ANSWER_SECONDS, slack)

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Self:
        """What the parameters of a gate's run ask; those that say who is told are passed over."""
        given = {one.name: parameters[one.name] for one in fields(cls) if one.name in parameters}
        asked: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
        }
        return cls(**asked)


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """One suite's run to be: its deployment is `suite`/on-demand.

    `taken` is what it takes at most, `seconds` for how long it sends, None where it takes its own time.
    """

    suite: str
    parameters: dict[str, Any]
    taken: Estimate = field(default_factory=Estimate)
    seconds: float | None = None
