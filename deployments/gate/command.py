"""The command: start, follow, tell, and say by the exit status what became of it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from deployments.api import PrefectApi, connect
from deployments.command_error import CommandError
from deployments.files import prepare, write
from deployments.gate import junit
from deployments.gate.options import GateOptions
from deployments.gate.start import check_earlier, start
from deployments.interrupts import Interrupted, interruptible
from deployments.links import link, report_link
from deployments.log_text import say
from deployments.parameters import in_words
from deployments.reports import reports_of_suites
from deployments.result import End, follow_to_end
from deployments.summary import announce, print_end, print_interrupted
from deployments.timeouts import USUAL, Timeouts
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import GATE_FLOW


def gate(environment: Mapping[str, str], options: GateOptions, console: Console, timeouts: Timeouts = USUAL) -> int:
    """Run a gate to its end; returns the exit status: 0 to 4, or 130 when interrupted. Raises CommandError."""
    for path in filter(None, (options.junit, options.json, options.html)):
        prepare(path)
    where = ""
    try:
        with interruptible(at_once=True):
            prefect = connect(environment, retry_seconds=timeouts.start, notify=console.print)
            said, duplicate = f"{options.deployed} {in_words(options.asked)}, {options.named}", None
            while True:
                begun = start(prefect, options, after=duplicate)
                where, shown = "", link(environment, prefect, begun.id)
                earlier = check_earlier(options, begun, shown)
                where = shown
                announce(f"{said}: {begun.name}", where, console)
                prefect = replace(prefect, retry_seconds=timeouts.away)
                end = follow_to_end(prefect, begun, GATE_FLOW, console, timeouts)
                if not (first := end.duplicate_of):
                    break
                _await_first(prefect, first, console, link(environment, prefect, first), timeouts)
                said, duplicate = "The release is tested again", end.run
    except Interrupted:
        return print_interrupted("gate", where, console)
    except CommandError as error:
        sentence = f"{error} Look at it: {where} The same command follows it again." if where else f"{error}"
        _write(options.junit, junit.of_error(options.release, sentence), console)
        raise CommandError(sentence) from None
    where = link(environment, prefect, end.run.id)
    reports = reports_of_suites(prefect, end.report) if end.report and (options.junit or options.html) else {}
    _write(options.junit, junit.of_end(options.release, end, where, earlier, reports), console)
    _write_result(options, end, where, reports, console)
    print_end(end, where, report_link(environment, prefect, end.run, GATE_FLOW), console)
    if earlier:
        say(console, earlier)
    return end.status


def _await_first(prefect: PrefectApi, first: str, console: Console, where: str, timeouts: Timeouts) -> None:
    """Wait for the end of the run that tests the same already: its requests are not those that were asked for."""
    run = prefect.read_run(first)
    sentence = f"A duplicate: {run.name} tests the same already. Waiting for its end, then this tests anew."
    announce(sentence, where, console)
    follow_to_end(prefect, run, GATE_FLOW, console, timeouts)


def _write(path: Path | None, content: bytes, console: Console) -> None:
    if path and (trouble := write(path, content)):
        say(console, trouble)


def _write_result(
    options: GateOptions, end: End, where: str, reports: Mapping[str, Report], console: Console
) -> None:
    """The whole result as the gate stored it, and its page, each where it is wanted; or why there is none."""
    if end.result is not None:
        _write(options.json, _as_json(end.result), console)
    if end.report and options.html:
        from litellm_observatory.orchestration.publishing.html import (
            html,  # here, since its charts take a second to import
        )

        _write(options.html, html(end.report, where, [*reports.values()]).encode(), console)
    for path in (options.json, options.html):
        if path and end.result is None:
            say(console, f"The gate has left no result, so {path} is not written.")
    if options.html and end.result is not None and not end.report:
        say(console, f"The gate's result is of another version than this command, so {options.html} is not written.")


def _as_json(result: Any) -> bytes:
    """JSON in ASCII, for pipelines print it: no character of it deceives, and `##[…]` is no command of a CI."""
    return json.dumps(result, indent=2).replace("##", "#\\u0023").encode() + b"\n"
