"""A gate's losses: suites for which the gateway had something in their last passed run, and has nothing more."""

from datetime import UTC, datetime

from litellm_observatory.core.cases.judge import judge_loss
from litellm_observatory.core.report.report import LeftOut, SuiteOutcome
from litellm_observatory.names import GATE_FLOW
from litellm_observatory.orchestration.history.reports import find_predecessor, was_accepted


async def find_loss(suite: str, gateway: str, why: str, *, accepts: bool) -> SuiteOutcome | LeftOut:
    """A suite that has nothing to test, beside its last passed run.

    A loss that is accepted is left out in this gate and those after it, until the suite passes again.
    """
    predecessor = await find_predecessor(suite, gateway, datetime.now(UTC))
    if predecessor and await was_accepted(GATE_FLOW, suite, gateway, since=predecessor.ended_at):
        return LeftOut(suite=suite, reason=why, accepted=True)
    return judge_loss(suite, why, predecessor, accepted=accepts)
