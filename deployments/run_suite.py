"""`litellm-observatory run`: one suite, started and followed to its verdict, which the exit status says."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rich.console import Console

from deployments.api import PrefectApi, Run, connect
from deployments.command_error import CommandError
from deployments.interrupts import Interrupted, interruptible
from deployments.links import link, report_link
from deployments.parameters import in_words
from deployments.result import follow_to_end
from deployments.start import read_deployment, start
from deployments.summary import announce, print_end, print_interrupted
from deployments.timeouts import PERSON, Timeouts
from litellm_observatory.names import ON_DEMAND, SUITE_TAG


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
            announce(f"{' '.join(filter(None, (name, in_words(parameters))))}: {begun.name}", where, console)
            patient = replace(prefect, retry_seconds=timeouts.away)
            end = follow_to_end(patient, begun, flow, console, timeouts)
            while first := end.duplicate_of:
                original = patient.read_run(first)
                where = link(environment, prefect, first)
                sentence = f"A duplicate: {original.name} tests the same already; its verdict counts for both."
                announce(sentence, where, console)
                end = follow_to_end(patient, original, flow, console, timeouts)
    except Interrupted:
        return print_interrupted("run", where, console)
    except CommandError as error:
        raise CommandError(f"{error} Look at it: {where}" if where else str(error)) from None
    print_end(end, where, report_link(environment, prefect, end.run, flow), console)
    return end.status


def _start(prefect: PrefectApi, name: str, parameters: Mapping[str, Any]) -> Run:
    """A run of a suite's deployment. Raises CommandError."""
    deployment = read_deployment(prefect, name)
    if SUITE_TAG not in deployment.tags:
        raise CommandError(
            f"{name} is no suite; `run` starts suites alone, and `gate` several of them for a release."
        )
    return start(prefect, name, deployment, parameters)
