"""Following a run from outside: what it says of its progress, until it has come where one waits for it."""

import time
from collections.abc import Collection

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deployments.api import FINAL, Run
from deployments.interrupts import rest
from deployments.local import Observatory
from deployments.obstacle import Obstacle

POLL_SECONDS = 0.5
NOT_BEGUN = {"SCHEDULED", "PENDING"}
LONGEST_WAIT_SECONDS = 120.0
"""For a worker to begin a run: 5 to 10 s, measured."""

LINE_SECONDS = 10.0
"""Between two lines of progress where there is no terminal to draw a bar on."""


def follow(running: Observatory, run: Run, console: Console, *, until: Collection[str] = FINAL) -> Run:
    """Show a run's progress until its state is of a type in `until`, or final. Raises Interrupted and Obstacle."""
    bar = Progress(
        TextColumn("  "),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        shown = bar.add_task(run.state, total=100)
        begun_by = time.monotonic() + LONGEST_WAIT_SECONDS
        line_due = time.monotonic() + LINE_SECONDS
        while True:
            running.check()
            run = running.prefect.read_run(run)
            if run.kind in until or run.has_ended:
                return run
            if run.kind in NOT_BEGUN and time.monotonic() > begun_by:
                raise Obstacle(
                    f"The worker has not begun {run.name} in {LONGEST_WAIT_SECONDS:g} s; see {running.worker.log}."
                )
            percent, sentence = running.prefect.progress(run) or (0.0, run.state)
            bar.update(shown, completed=percent, description=sentence)
            if not console.is_terminal and time.monotonic() >= line_due:
                console.print(f"  {percent:3.0f} %  {sentence}")
                line_due += LINE_SECONDS
            rest(POLL_SECONDS)
