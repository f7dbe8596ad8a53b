"""What a pipeline's log says of a gate that has ended: a row for each suite, then the verdict's sentence."""

import os
from collections.abc import Iterator

from rich.box import SIMPLE
from rich.console import Console
from rich.segment import Segments
from rich.table import Table
from rich.text import Text

from deployments.gate.ending import End
from deployments.log_text import log_text, say
from flows.publishing.quantities import FAILED, OVERHEAD, P95, RATE, REQUESTS
from suites.judging.verdict import Verdict
from suites.report import Report, SuiteOutcome

WIDEST = 1000
"""A row is one line, however narrow the terminal is, or where there is none: a link that is cut is no link."""

COLOURS = {Verdict.PASSED: "green", Verdict.FAILED: "red"}
NUMBERS = {"requests": REQUESTS, "failed": FAILED, "rate": RATE, "p95": P95, "overhead p95": OVERHEAD}


class Log(Console):
    """A console that goes on unread when nobody reads it any more: whether `head` has enough is no verdict."""

    def on_broken_pipe(self) -> None:
        """Print nothing from now on; rich itself would exit with the status that says that the gateway failed."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


def tell(end: End, link: str, console: Console) -> None:
    """Print how a gate ended."""
    if end.report and end.report.suites:
        rows = console.render(_table(end.report.suites), console.options.update_width(WIDEST))
        console.print(Segments(rows), soft_wrap=True)
    elif end.result is not None and not end.report:
        say(console, "Its result is of another version than this command, and is not shown here.")
    for line in _untested(end.report) if end.report else ():
        say(console, line)
    say(console, end.reason, f"bold {COLOURS.get(end.verdict, 'yellow')}")
    say(console, link, lead="  ")


def _untested(report: Report) -> Iterator[str]:
    """The suites left out and the cases that were skipped, lost or prove nothing, a line for each reason."""
    for left in report.left_out:
        yield f"left out: {left.suite}, {left.reason}"
    for outcome in report.suites:
        for why, count in outcome.accepted.items():
            yield f"lost, accepted: {count} of {outcome.suite}, {why}"
        for why, count in outcome.skipped.items():
            yield f"skipped: {count} of {outcome.suite}, {why}"
        for why, count in outcome.unproven.items():
            yield f"proves nothing: {count} of {outcome.suite}, {why}"


def _table(outcomes: tuple[SuiteOutcome, ...]) -> Table:
    table = Table(box=SIMPLE, header_style="bold")
    for column in ("suite", "verdict"):
        table.add_column(column, no_wrap=True)
    for column in NUMBERS:
        table.add_column(column, no_wrap=True, justify="right")
    table.add_column("run", no_wrap=True)
    for outcome in outcomes:
        verdict = Text(outcome.verdict, COLOURS.get(outcome.verdict, "yellow"))
        table.add_row(
            log_text(outcome.suite, most=100), verdict, *_numbers(outcome), log_text(outcome.run_url or "–")
        )
    return table


def _numbers(outcome: SuiteOutcome) -> Iterator[str]:
    """What a suite measured; dashes where it measured nothing."""
    return (number.told(number.of(outcome.figures)) for number in NUMBERS.values())
