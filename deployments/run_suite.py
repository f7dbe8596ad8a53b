"""`litellm-observatory run`: one suite, started and followed to its verdict, which the exit status says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console

from deployments.api import PrefectApi, Run, connect
from deployments.command_error import CommandError
from deployments.gate.summary import print_end
from deployments.interrupts import Interrupted, interruptible
from deployments.links import link, report_link
from deployments.log_text import say
from deployments.parameters import in_words, parameters_of
from deployments.result import follow_to_end
from deployments.start import read_deployment, start
from deployments.statuses import INTERRUPTED
from deployments.timeouts import Timeouts
from litellm_observatory.names import ON_DEMAND, SUITE_TAG

PERSON = Timeouts(start=10)
"""Somebody who looks on wants to know soon that there is no server."""


def run(suite: str, parameters: Sequence[str], environment: Mapping[str, str], console: Console) -> int:
    """What was typed, done; returns the exit status: 0 to 4, or 130 when interrupted. Raises CommandError."""
    return run_suite(environment, suite.strip(), parameters_of(parameters), console)


def run_suite(
    environment: Mapping[str, str],
    suite: str,
    parameters: Mapping[str, Any],
    console: Console,
    timeouts: Timeouts = PERSON,
) -> int:
    """Run a suite to its end; where another run tests the same already, that one is followed to its end.

    Returns the exit status: 0 to 4, or 130 when interrupted. Raises CommandError.
    """
    name = suite if "/" in suite else f"{suite}/{ON_DEMAND}"
    flow, where = name.partition("/")[0], ""
    try:
        with interruptible(at_once=True):
            prefect = connect(environment, retry_seconds=timeouts.start, notify=console.print)
            begun = _start(prefect, name, parameters)
            where = link(environment, prefect, begun.id)
            say(console, f"{' '.join(filter(None, (name, in_words(parameters))))}: {begun.name}")
            say(console, where, lead="  ")
            patient = replace(prefect, retry_seconds=timeouts.away)
            end = follow_to_end(patient, begun, flow, console, timeouts)
            while first := end.duplicate_of:
                original = patient.read_run(first)
                where = link(environment, prefect, first)
                say(
                    console,
                    f"A duplicate: {original.name} tests the same already; its verdict counts for both.",
                )
                say(console, where, lead="  ")
                end = follow_to_end(patient, original, flow, console, timeouts)
    except Interrupted:
        say(console, f"Interrupted; {f'the run goes on: {where}' if where else 'the run may have been started.'}")
        say(console, "The same command follows it again.")
        return INTERRUPTED
    except CommandError as error:
        raise CommandError(f"{error} Look at it: {where}" if where else str(error)) from None
    print_end(end, where, console)
    if report := report_link(environment, prefect, end.run, flow):
        say(console, report, lead="  report: ")
    return end.status


def _start(prefect: PrefectApi, name: str, parameters: Mapping[str, Any]) -> Run:
    """A run of a suite's deployment. Raises CommandError."""
    deployment = read_deployment(prefect, name)
    if SUITE_TAG not in deployment.tags:
        raise CommandError(
            f"{name} is no suite; `run` starts suites alone, and `gate` several of them for a release."
        )
    return start(prefect, name, deployment, parameters)
