"""What is said of a run that has ended: the headline, why, and a row for each suite of a gate, or model."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.segment import Segments
from rich.table import Table
from rich.text import Text

from deployments.log_text import log_text, say
from deployments.result import End
from deployments.statuses import INTERRUPTED
from litellm_observatory.core.judging.verdict import Status, Verdict
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import ModelStatistics, RunMetrics
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.wire.request import Level
from litellm_observatory.orchestration.publishing.metrics import FAILED, OVERHEAD, P95, RATE, REQUESTS
from litellm_observatory.orchestration.publishing.text import details, open_suites

WIDEST = 1000
"""A row is one line, however narrow the terminal is, or where there is none: a link that is cut is no link."""

MOST_ROWS = 20
"""Models, and cases, that are told of; the report has more of them."""

NUMBERS = {"requests": REQUESTS, "failed": FAILED, "rate": RATE, "p95": P95, "overhead p95": OVERHEAD}

COLOURS = {Verdict.PASSED: "green", Verdict.FAILED: "red"}


def announce(text: str, where: str, console: Console) -> None:
    """Print a sentence on a run, and where it can be looked at."""
    say(console, text)
    say(console, where, lead="  ")


def print_interrupted(what: str, where: str, console: Console) -> int:
    """Print that a run, which may be one at `where`, goes on; returns the exit status."""
    goes_on = f"the {what} goes on: {where}" if where else f"the {what} may have been started."
    say(console, f"Interrupted; {goes_on}")
    say(console, "The same command follows it again.")
    return INTERRUPTED


def print_end(end: End, where: str, report: str | None, console: Console) -> None:
    """Print how a run ended, and where it and its report, if it left one, can be looked at."""
    say(console, end.headline, f"bold {COLOURS.get(end.verdict, 'yellow')}")
    for name, text in _details(end):
        say(console, f"{name}: {text}", lead="  ")
    if end.report and (end.report.suites or end.report.model_statistics):
        table = _table(end.report.suites) if end.report.suites else _models_table(end.report.model_statistics)
        console.print(Segments(console.render(table, console.options.update_width(WIDEST))), soft_wrap=True)
    elif end.result is not None and not end.report:
        say(console, "Its result is of another version than this command, and is not shown here.")
    for line in _untested(end.report) if end.report else ():
        say(console, line)
    say(console, where, lead="  ")
    if report:
        say(console, report, lead="  report: ")


def _details(end: End) -> list[tuple[str, str]]:
    """What did not hold, each with what to do next; of a gate that tells nothing of that the whole sentence."""
    if end.report and end.report.verdict is end.verdict:
        suites = [(outcome.suite, said) for outcome, said in open_suites(end.report)]
        open_ones = [finding for finding in end.report.findings if finding.status is not Status.MET]
        return [*details(end.report, open_ones), *suites]
    return [("in full", end.reason)] if end.reason != end.headline else []


def _untested(report: Report) -> Iterator[str]:
    """The suites left out, and the cases that fail no run, are skipped or lost, or prove nothing: a line for each."""
    yield from _rows_of_cases(report.cases)
    for left in report.left_out:
        yield f"left out: {left.suite}, {left.reason}"
    for outcome in report.suites:
        if shoulds := outcome.failed_shoulds:
            yield f"failed, but fails no run: {shoulds} should{'s' if shoulds > 1 else ''} of {outcome.suite}"
        for why, count in outcome.accepted.items():
            yield f"lost, accepted: {count} of {outcome.suite}, {why}"
        for why, count in outcome.skipped.items():
            yield f"skipped: {count} of {outcome.suite}, {why}"
        for why, count in outcome.unproven.items():
            yield f"proves nothing: {count} of {outcome.suite}, {why}"


def _table(outcomes: tuple[SuiteOutcome, ...]) -> Table:
    table = _empty_table("suite", "verdict")
    table.add_column("run", no_wrap=True)
    for outcome in outcomes:
        verdict = Text(outcome.verdict, COLOURS.get(outcome.verdict, "yellow"))
        table.add_row(
            log_text(outcome.suite, most=100), verdict, *_numbers(outcome.figures), log_text(outcome.address or "–")
        )
    return table


def _empty_table(*columns: str) -> Table:
    """A table with these columns, and one for each number."""
    table = Table(box=SIMPLE, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True)
    for column in NUMBERS:
        table.add_column(column, no_wrap=True, justify="right")
    return table


def _numbers(figures: RunMetrics | ModelStatistics | None) -> Iterator[str]:
    """What was measured; dashes where nothing was."""
    return (number.show(number.of(figures)) for number in NUMBERS.values())


def _models_table(models: Sequence[ModelStatistics]) -> Table:
    """A row for each model, those that failed most first."""
    table = _empty_table("model")
    for model in sorted(models, key=lambda model: -model.failures)[:MOST_ROWS]:
        table.add_row(log_text(model.model, most=100), *_numbers(model))
    if len(models) > MOST_ROWS:
        table.add_row(f"and {len(models) - MOST_ROWS:,} more, with no more failures")
    return table


def _rows_of_cases(cases: Sequence[CaseOutcome]) -> Iterator[str]:
    """A line for each case that did not pass, and why; the worst first."""
    others = sorted((case for case in cases if not case.passed), key=lambda case: case.rank)
    for case in others[:MOST_ROWS]:
        yield f"{_outcome(case)}: {case.name} ({case.skipped or case.attempts[-1]})"
    if len(others) > MOST_ROWS:
        yield f"and {len(others) - MOST_ROWS:,} more cases that did not pass"


def _outcome(case: CaseOutcome) -> str:
    """What became of a case that did not pass."""
    if case.unproven:
        return "proves nothing"
    if case.regressed:
        return "lost"
    if case.skipped:
        return "skipped"
    return "failed" if case.level is Level.MUST else "a should that failed, which fails no run"
