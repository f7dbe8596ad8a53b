"""What a suite's run measured, in rows: its models, and its cases that did not pass."""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE
from rich.table import Table

from deployments.log_text import log_text
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import ModelStatistics
from litellm_observatory.core.wire.request import Level
from litellm_observatory.orchestration.publishing.metrics import FAILED, OVERHEAD, P95, RATE, REQUESTS

MOST_ROWS = 20
"""Models, and cases, that are told of; the report has more of them."""

NUMBERS = {"requests": REQUESTS, "failed": FAILED, "rate": RATE, "p95": P95, "overhead p95": OVERHEAD}


def models_table(models: Sequence[ModelStatistics]) -> Table:
    """A row for each model, those that failed most first."""
    table = Table(box=SIMPLE, header_style="bold")
    table.add_column("model", no_wrap=True)
    for column in NUMBERS:
        table.add_column(column, no_wrap=True, justify="right")
    for model in sorted(models, key=lambda model: -model.failures)[:MOST_ROWS]:
        numbers = (number.show(number.of(model)) for number in NUMBERS.values())
        table.add_row(log_text(model.model, most=100), *numbers)
    if len(models) > MOST_ROWS:
        table.add_row(f"and {len(models) - MOST_ROWS:,} more, with no more failures")
    return table


def rows_of_cases(cases: Sequence[CaseOutcome]) -> Iterator[str]:
    """A line for each case that did not pass, and why; the worst first."""
    others = sorted((case for case in cases if not case.passed), key=lambda case: case.rank)
    for case in others[:MOST_ROWS]:
        yield f"{_fate(case)}: {case.name} ({case.skipped or case.attempts[-1]})"
    if len(others) > MOST_ROWS:
        yield f"and {len(others) - MOST_ROWS:,} more cases that did not pass"


def _fate(case: CaseOutcome) -> str:
    """What became of a case that did not pass."""
    if case.unproven:
        return "proves nothing"
    if case.regressed:
        return "lost"
    if case.skipped:
        return "skipped"
    return "failed" if case.level is Level.MUST else "a should that failed, which fails no run"
