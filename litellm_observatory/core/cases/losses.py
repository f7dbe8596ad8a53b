"""Losses: a suite that has nothing to test, though it had in its last passed run."""

from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.objectives.still_listed import ACCEPT
from litellm_observatory.core.report.report import LeftOut, SuiteOutcome


def judge_loss(
    suite: str, why: str, predecessor: Predecessor | None, *, accepted: bool = False
) -> SuiteOutcome | LeftOut:
    """The outcome of a suite that has nothing to test (`why`): failed if it had something in its last passed run.

    Without such a run, and where the loss is accepted, the suite is left out.
    """
    if predecessor is None:
        return LeftOut(suite=suite, reason=why)
    lost = f"lost since {predecessor.name}"
    if accepted:
        return LeftOut(suite=suite, reason=f"{lost}, accepted: {why}", accepted=True)
    verdict, said, what = Verdict.FAILED, f"{lost}: {why}", f"lost since the last passed run: {why}"
    return SuiteOutcome(
        suite=suite,
        verdict=verdict,
        reason=verdict.sentence(said),
        headline=verdict.sentence(what),
        why=said,
        what=what,
        remedy=ACCEPT,
    )
