"""Following a run from outside: its progress is shown, until it has come where one waits for it."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from deployments.api import FINAL, PrefectApi, Run
from deployments.interrupts import sleep_interruptibly
from deployments.log_text import log_text, say
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.text import clock

NOT_BEGUN = {"SCHEDULED", "PENDING"}

SHOWN_EVERY_SECONDS = 0.5

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
    prefect: PrefectApi,
    run: Run,
    console: Console,
    *,
    until: Collection[str] = FINAL,
    check: Check | None = None,
    pace: Pace = USUAL,
) -> Run:
    """Show a run's progress until its state is of a type in `until`, or final.

    Raises Interrupted and CommandError.
    """
    with ProgressDisplay(console, pace.line) as display:
        began = time.monotonic()
        while True:
            if check:
                check(run, time.monotonic() - began)
            run = prefect.read_run(run.id)
            if run.kind in until or run.has_ended:
                return run
            progress = prefect.progress(run)
            look = time.monotonic() + pace.after(time.monotonic() - began)
            while True:
                display.show(run, progress)  # the time that has passed is new at each
                left = look - time.monotonic()
                sleep_interruptibly(max(0.0, min(left, SHOWN_EVERY_SECONDS)))
                if left <= SHOWN_EVERY_SECONDS:
                    break


class ProgressDisplay:
    """Shows how far one run is: on a terminal by a bar, elsewhere by a line at each change, or after `seconds`."""

    def __init__(self, console: Console, seconds: float) -> None:
        self._console, self._seconds = console, seconds
        self._bar = Bar(
            TextColumn("  "),
            BarColumn(bar_width=20),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)
        self._due = time.monotonic() + seconds
        self._news = (0, "")
        self._state: str | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, run: Run, progress: Progress | None) -> None:
        """Show a run as it is now. Failures stay on a terminal too, as lines above the bar."""
        now = datetime.now(UTC)
        sentence = describe(run, progress, now)
        share = progress.share(now) if progress else None
        self._bar.update(self._task, total=None if share is None else 1, completed=share or 0)
        self._bar.update(self._task, description=log_text(sentence).plain)
        if self._is_new(run, progress):
            said = f": {progress.said}" if progress and progress.said else ""
            say(self._console, f"{sentence}{said}", lead="  ")

    def _is_new(self, run: Run, progress: Progress | None) -> bool:
        """Whether a line is due: for failures, a suite that ended; without a terminal also for a state, or time."""
        news = (progress.failed, progress.said) if progress else self._news
        changed, moved = news != self._news, run.state != self._state
        self._news, self._state = news, run.state
        if not changed and (self._console.is_terminal or not (moved or time.monotonic() >= self._due)):
            return False
        self._due = time.monotonic() + self._seconds
        return True


def describe(run: Run, progress: Progress | None, now: datetime) -> str:
    """How far a run is: the time that has passed of what it plans, its requests, its failures."""
    if progress is None:
        return run.state
    of = f" of {clock(round(progress.seconds))}" if progress.seconds else ""
    counted = f"{progress.sent:,} of {progress.due:,} requests, {progress.failed:,} failed"
    state = "" if run.state == "Running" else f" ({run.state})"
    return f"{100 * progress.share(now):.0f} %, {clock(progress.passed(now))}{of}, {counted}{state}"
