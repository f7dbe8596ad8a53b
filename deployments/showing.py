"""A run's progress as it is shown: on a terminal a bar, elsewhere a line every so often and at each change."""

import time
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bar

from deployments.api import Run
from deployments.log_text import log_text, say
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.text import clock


class Showing:
    """Shows how far one run is; `seconds` lie between two lines where there is no terminal, if nothing changes."""

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
