"""Starting a gate: one release and attempt is one run, whoever asks for it first."""

from collections.abc import Mapping
from typing import Any

from deployments import start as starting
from deployments.api import PrefectApi, Run
from deployments.command_error import CommandError
from deployments.gate.options import GateOptions
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.text import list_names
from litellm_observatory.orchestration.ends import verdict_of
from litellm_observatory.orchestration.gate.deployed import defaults_of


def start(prefect: PrefectApi, options: GateOptions, after: Run | None = None) -> Run:
    """The run that tests this release under this key, whoever asked for it first. Raises CommandError.

    `after` is a run under the same key that ended as a duplicate: the one that is started in its place. A gate that
    was refused uses up no attempt: the next one takes its place, with whatever parameters.
    """
    deployment = starting.read_deployment(prefect, options.deployed)
    key = f"{options.key}-after-{after.id}" if after else options.key
    run = starting.start(prefect, options.deployed, deployment, options.asked, key)
    while not options.pipeline and _was_refused(run):
        run = starting.start(prefect, options.deployed, deployment, options.asked, f"{options.key}-after-{run.id}")
    defaults = defaults_of(deployment)
    check_same(defaults | options.asked, defaults | run.parameters, options)
    return run


def _was_refused(run: Run) -> bool:
    """Whether a run has ended without a verdict on the gateway, for a reason that is to be mended."""
    return run.has_ended and verdict_of(run.kind, run.state, run.labels, None) is Verdict.REFUSED


def check_same(asked: Mapping[str, Any], given: Mapping[str, Any], options: GateOptions) -> None:
    """Raise CommandError when the run under this key was started with other parameters; only their names are told."""
    others = [name for name in {*asked, *given} if asked.get(name) != given.get(name)]
    if others:
        raise CommandError(
            f"{options.named.capitalize()} of release {options.release} was started before with another value of "
            f"{list_names(others)}; give {options.another}, to test it with these."
        )
