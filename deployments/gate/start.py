"""Starting a gate: one release and attempt is one run, whoever asks for it first, be it that it has ended."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from deployments import start as starting
from deployments.api import PrefectApi, Run
from deployments.command_error import CommandError
from deployments.gate.options import GateOptions
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.text import list_names, shorten
from litellm_observatory.names import DUPLICATE_STATE
from litellm_observatory.orchestration.ends import verdict_of
from litellm_observatory.orchestration.gate.deployed import defaults_of

MOST_OF_A_REASON = 300
UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


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


def check_earlier(options: GateOptions, run: Run, where: str) -> str:
    """What is said of a gate that had ended already when it was asked for; empty of one that goes on.

    Raises CommandError where nobody asked for that very gate: an attempt's number may come again in any pipeline.
    """
    if not run.has_ended or run.state == DUPLICATE_STATE:
        return ""
    ended = f"ended {ago(run.ended_at, datetime.now(UTC))}"
    if options.pipeline:
        return f"An earlier gate: it {ended}. Its verdict is repeated, and nothing is sent again."
    reason = shorten(" ".join(run.message.split()), most=MOST_OF_A_REASON)
    raise CommandError(
        f"{options.named.capitalize()} of release {options.release} {ended} ({run.state}: {reason}), which is no "
        f"verdict on what runs now. Give {options.another}, to test again, or --key {options.attempt} "
        f"to get that verdict: {where}"
    )


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago something was, in its largest unit; a server's clock may be ahead of ours."""
    past = now - then if then else timedelta()
    for unit, length in UNITS.items():
        if count := past // length if past > length else 0:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
