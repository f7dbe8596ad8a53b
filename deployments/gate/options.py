"""What a pipeline asks for: a release, the gate's parameters, the attempt, and files for its result."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployments.command_error import CommandError
from deployments.parameters import declare_parameters, is_text, parameters_of
from litellm_observatory.names import GATE_FLOW, ON_DEMAND

STATUSES_IN_WORDS = (
    "Exit status: 0 passed, 1 failed, 2 inconclusive, 3 invalid, 4 refused or could not run, 130 interrupted: what "
    "was started goes on then, and the same command follows it again."
)

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
        """The idempotency key; where two wishes share one by accident, their parameters tell them apart."""
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


def declare(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--release", required=True, metavar="TAG", help="what is tested, such as v1.90.0")
    declare_parameters(parser, GATE_FLOW)
    parser.add_argument(
        "--deployment",
        default=ON_DEMAND,
        metavar="NAME",
        help=f"which deployment of {GATE_FLOW} to start, such as one of your own that names its suites "
        f"(default: {ON_DEMAND})",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--key",
        metavar="ID",
        dest="pipeline",
        help="what is unique to this run of your pipeline, such as $GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT: the same id "
        "gets the same gate, also once it has ended, and another id tests anew",
    )
    which.add_argument(
        "--attempt",
        type=int,
        default=1,
        metavar="N",
        help="for a person: another number tests the release again (default: 1); of an attempt that has ended "
        "before, no verdict is given",
    )
    parser.add_argument(
        "--junit",
        type=Path,
        metavar="FILE",
        help="write a testcase for each suite, each of its objectives and each of its cases, as JUnit XML",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print what would be tested, for how long and what it takes; send nothing, start nothing, write nothing",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole result, as JSON")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the report, with those of its suites, as one page of HTML"
    )


def options_of(options: argparse.Namespace) -> GateOptions:
    """The options in what was typed. Raises CommandError."""
    release = options.release.strip()
    if not release or not is_text(release):
        raise CommandError("--release names no release; give its tag, such as --release v1.90.0.")
    if options.attempt < 1:
        raise CommandError(f"--attempt is {options.attempt}, but must be a whole number of 1 or more.")
    key = None if options.pipeline is None else options.pipeline.strip()
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise CommandError(
            f"--key is no id; it has 1 to {LONGEST_KEY} characters, such as $GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT."
        )
    parameters = parameters_of(options.parameters)
    if "release" in parameters:
        raise CommandError("The parameter release is given by --release, not by -p.")
    return GateOptions(
        release,
        parameters,
        options.attempt,
        options.junit,
        options.json,
        key,
        options.html,
        options.deployment.strip(),
    )
