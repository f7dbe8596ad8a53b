"""Following a run from outside: what it says of its progress, until it has come where one waits for it."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deployments.api import FINAL, Prefect, Run
from deployments.interrupts import rest
from deployments.log_text import log_text, say

NOT_BEGUN = {"SCHEDULED", "PENDING"}

Check = Callable[[Run, float], None]
"""What is to be looked at besides: is given the run as it was last seen, and for how many seconds it is followed."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks, at first and at most, and between two lines where there is no terminal for a bar."""

    first: float = 0.5
    longest: float = 0.5
    line: float = 10.0

    def after(self, waited: float) -> float:
        """How long to wait for the next look: a twentieth of what was waited already."""
        return min(self.longest, max(self.first, waited / 20))


USUAL = Pace()


def follow(
    prefect: Prefect,
    run: Run,
    console: Console,
    *,
    until: Collection[str] = FINAL,
    check: Check | None = None,
    pace: Pace = USUAL,
) -> Run:
    """Show a run's progress until its state is of a type in `until`, or final. Raises Interrupted and Obstacle."""
    bar = Progress(
        TextColumn("  "),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        shown = bar.add_task(log_text(run.state).plain, total=100)
        began = time.monotonic()
        line_due = began + pace.line
        while True:
            if check:
                check(run, time.monotonic() - began)
            run = prefect.read_run(run)
            if run.kind in until or run.has_ended:
                return run
            percent, sentence = prefect.progress(run) or (0.0, run.state)
            bar.update(shown, completed=percent, description=log_text(sentence).plain)
            if not console.is_terminal and time.monotonic() >= line_due:
                say(console, sentence, lead=f"  {percent:3.0f} %  ")
                line_due = time.monotonic() + pace.line
            rest(pace.after(time.monotonic() - began))
