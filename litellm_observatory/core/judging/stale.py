"""Stale connections: what they mean to the objectives beside the failure rate.

A request on an idle connection that is closed just then fails without having been served. Our own client may cause
that, or a gateway that kills requests as they arrive. So it proves no failure, and an objective that it would violate
is not met.
"""

from collections.abc import Iterable
from dataclasses import replace

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.validity import RUN_AGAIN
from litellm_observatory.core.judging.verdict import Finding, Objective, Status


def findings_of(objectives: Iterable[Objective], tally: Tally) -> list[Finding]:
    """What each objective found. One that is met only because stale connections do not count withholds the pass."""
    if not tally.stale:
        return [objective.judge(tally) for objective in objectives]
    strict = tally.with_stale_failed()
    return [_withhold_pass(objective.judge(tally), objective.judge(strict), tally.stale) for objective in objectives]


def _withhold_pass(finding: Finding, strict: Finding, stale: int) -> Finding:
    """`finding`, or where the stale connections would violate it: undecided, and required for a pass."""
    if finding.fails_a_run or not strict.fails_a_run:
        return finding
    said = f"{strict.sentence}, counting requests lost on connections that were closed as they were reused"
    brief = Brief(f"{stale:,} requests were lost on connections closed as they were reused")
    return replace(strict, status=Status.UNDECIDED, sentence=said, required=True, brief=brief, remedy=RUN_AGAIN)
