"""A gate's losses: suites for which the gateway had something in their last passed run, and has nothing more."""

from datetime import UTC, datetime

from flows.ended import find_predecessor, was_accepted
from suites.judging.verdict import Verdict
from suites.report import LeftOut, SuiteOutcome

GATE = "release-gate"


async def judge_loss(suite: str, gateway: str, why: str, *, accepts: bool) -> SuiteOutcome | LeftOut:
    """A suite that has nothing to test: failed if it had in its last passed run, else left out.

    A loss that is accepted is left out too, in this gate and those after it, until the suite passes again.
    """
    predecessor = await find_predecessor(suite, gateway, datetime.now(UTC))
    if predecessor is None:
        return LeftOut(suite=suite, reason=why)
    if await was_accepted(GATE, suite, gateway, since=predecessor.ended_at):
        return LeftOut(suite=suite, reason=why, accepted=True)
    lost = f"lost since {predecessor.name}"
    if accepts:
        return LeftOut(suite=suite, reason=f"{lost}, accepted: {why}", accepted=True)
    return SuiteOutcome(suite=suite, verdict=Verdict.FAILED, reason=f"Failed: {lost}: {why}")
