"""Following a run from outside: what it says of its progress, until it has come where one waits for it."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from rich.console import Console

from deployments.api import FINAL, PrefectApi, Run
from deployments.interrupts import sleep_interruptibly
from deployments.showing import Showing

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
    with Showing(console, pace.line) as showing:
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
                showing.show(run, progress)  # the time that has passed is new at each
                left = look - time.monotonic()
                sleep_interruptibly(max(0.0, min(left, SHOWN_EVERY_SECONDS)))
                if left <= SHOWN_EVERY_SECONDS:
                    break
