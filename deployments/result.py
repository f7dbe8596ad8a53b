"""Following a run to an end that stays: through crashes that are taken up again, and a server away."""

import time
from dataclasses import dataclass
from typing import Any, Self

from rich.console import Console

from deployments.api import PrefectApi, Run
from deployments.interrupts import sleep_interruptibly
from deployments.log_text import say
from deployments.statuses import NO_VERDICT
from deployments.timeouts import Timeouts
from deployments.watch import NOT_BEGUN, Check, Pace, follow
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.headline import fit_headline
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.text import span
from litellm_observatory.names import DUPLICATE_STATE, result_key
from litellm_observatory.orchestration.ends import original_of, verdict_of

PACE = Pace(longest=5, line=60)

STATUSES = {Verdict.PASSED: 0, Verdict.FAILED: 1, Verdict.INCONCLUSIVE: 2, Verdict.INVALID: 3}
"""Of the verdicts that judge; the others, and whatever keeps a run from its verdict, are NO_VERDICT."""

AWAITED = {
    "CRASHED": "crashed; waiting for its resumption",
    "CANCELLED": "was cancelled; waiting for its report",
}


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended; `result` is what its artifact holds, `report` the same where this version can read it.

    `headline` is its one sentence, `reason` all that is said of it.
    """

    run: Run
    verdict: Verdict
    headline: str
    reason: str
    result: Any = None
    report: Report | None = None

    @classmethod
    def of(cls, run: Run, result: Any) -> Self:
        """The end that a run's state, labels and result tell."""
        report = Report.read(result)
        verdict = verdict_of(run.kind, run.state, run.labels, report)
        own = report if report and report.verdict is verdict else None
        said = (own and own.reason) or run.message or f"{verdict.capitalize()}, without a reason"
        return cls(run, verdict, fit_headline((own and own.headline) or said), said, result, report)

    @property
    def status(self) -> int:
        """The exit status that says it."""
        return STATUSES.get(self.verdict, NO_VERDICT)

    @property
    def duplicate_of(self) -> str | None:
        """The id of the run that tested the same already."""
        original = original_of(self.run.state, self.run.labels)
        return str(original) if original else None

    @property
    def may_change(self) -> bool:
        """Whether somebody will still look after this run: take it up again, or tell of its end."""
        reported = self.report.verdict if self.report else None
        if self.run.kind == "CRASHED":
            return reported not in (Verdict.CRASHED, Verdict.CANCELLED)
        return self.run.kind == "CANCELLED" and self.run.state != DUPLICATE_STATE and reported is None


def follow_to_end(prefect: PrefectApi, run: Run, flow: str, console: Console, timeouts: Timeouts) -> End:
    """The end of a run of a flow, be it as a duplicate of another one. Raises Interrupted and CommandError."""
    while True:
        run = follow(prefect, run, console, check=_say_unbegun(console, timeouts), pace=PACE)
        if end := _await_end(prefect, run, flow, console, timeouts):
            return end
        say(console, f"{run.name} is resumed.")


def _await_end(prefect: PrefectApi, run: Run, flow: str, console: Console, timeouts: Timeouts) -> End | None:
    """The end of a run, once it stays so; None when the run goes on."""
    began, notified = time.monotonic(), False
    while run.has_ended:
        left = prefect.artifact(run, result_key(flow))
        end = End.of(run, left and left.data)
        waited, longest = time.monotonic() - began, timeouts.crashed if run.kind == "CRASHED" else timeouts.cancelled
        if not end.may_change or waited >= longest:
            return end
        if not notified:
            notified = True
            say(console, f"{run.name} {AWAITED[run.kind]} for up to {span(longest)}.")
        sleep_interruptibly(PACE.after(waited))
        run = prefect.read_run(run.id)
    return None


def _say_unbegun(console: Console, timeouts: Timeouts) -> Check:
    """Says once that no worker has begun a run; in somebody else's installation there may be a reason for that."""
    notified = False

    def check(run: Run, waited: float) -> None:
        nonlocal notified
        if not notified and run.kind in NOT_BEGUN and waited > timeouts.unbegun:
            notified = True
            say(
                console, f"No worker has begun {run.name} after {span(timeouts.unbegun)}; it goes on waiting for one."
            )

    return check
