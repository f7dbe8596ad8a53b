"""What a pipeline asks for: a release, the gate's parameters, the attempt, and files for its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployments.command_error import CommandError
from deployments.parameters import is_text, parameters_of
from litellm_observatory.names import GATE_FLOW, ON_DEMAND

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class GateOptions:
    """One gate that is asked for; whoever asks for the same release under the same key or attempt gets the same one.

    `pipeline` is an id of the caller's own, whose gate is told also when it has ended; an attempt's is not.
    `deployment` is that of the flow, whose parameters stand where no others are given.
    """

    release: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    attempt: int = 1
    junit: Path | None = None
    json: Path | None = None
    pipeline: str | None = None
    html: Path | None = None
    deployment: str = ON_DEMAND

    @property
    def deployed(self) -> str:
        """The deployment as `flow/deployment`."""
        return f"{GATE_FLOW}/{self.deployment}"

    @property
    def key(self) -> str:
        """The idempotency key; where two gates share one by accident, their parameters tell them apart."""
        own = "" if self.deployment == ON_DEMAND else f"{self.deployment}-"
        return f"gate-{own}{self.release}-{self.pipeline or self.attempt}"

    @property
    def named(self) -> str:
        """Which gate of the release this is, in words."""
        return f"key {self.pipeline}" if self.pipeline else f"attempt {self.attempt}"

    @property
    def another(self) -> str:
        """What tests the same release again."""
        return "another --key" if self.pipeline else f"another --attempt, such as {self.attempt + 1}"

    @property
    def asked(self) -> dict[str, Any]:
        """The parameters that the run is started with."""
        return {"release": self.release, **self.parameters}


def gate_options(
    release: str,
    parameters: Sequence[str] = (),
    attempt: int = 1,
    junit: Path | None = None,
    json: Path | None = None,
    key: str | None = None,
    html: Path | None = None,
    deployment: str = ON_DEMAND,
) -> GateOptions:
    """The gate that is meant by what was typed. Raises CommandError."""
    release, key = release.strip(), None if key is None else key.strip()
    if not release or not is_text(release):
        raise CommandError("--release names no release; give its tag, such as --release v1.90.0.")
    if attempt < 1:
        raise CommandError(f"--attempt is {attempt}, but must be a whole number of 1 or more.")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise CommandError(
            f"--key is no id; it has 1 to {LONGEST_KEY} characters, such as $GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT."
        )
    given = parameters_of(parameters)
    if "release" in given:
        raise CommandError("The parameter release is given by --release, not by -p.")
    return GateOptions(release, given, attempt, junit, json, key, html, deployment.strip())
