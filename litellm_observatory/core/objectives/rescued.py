"""Rescued: what failed at first beside what still failed for the user."""

from dataclasses import dataclass

import numpy as np

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import PASSED, Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import percent

NAME_A_GROUP = "name a model group with a failing and a healthy deployment"


@dataclass(frozen=True, slots=True)
class Rescued:
    """Something failed at first and was rescued by a retry or a fallback, by the gateway's own word.

    It must be met for a pass: a group without a failing deployment shows no rescue.
    """

    def judge(self, tally: Tally) -> Finding:
        """Undecided where no request needed a rescue, or none got one."""
        sentences = [
            _side_by_side(model, part) for model, part in tally.by_model().items() if part.failures + part.rescued
        ]
        if not sentences:
            what, remedy = "no request needed a rescue", NAME_A_GROUP
            return Finding(
                "rescued", Status.UNDECIDED, f"{what}; {remedy}", required=True, brief=Brief(what), remedy=remedy
            )
        status = Status.MET if tally.rescued else Status.UNDECIDED
        brief = Brief(f"{tally.rescued:,} of {tally.failures + tally.rescued:,} failing requests were rescued")
        remedy = "" if tally.rescued else NAME_A_GROUP
        return Finding("rescued", status, "; ".join(sentences), required=True, brief=brief, remedy=remedy)


def _side_by_side(model: str, part: Tally) -> str:
    """Raw: what failed at first. Felt: what still failed after retries and fallbacks."""
    passed = part.judged[part.judged["kind"] == PASSED]
    retried = int(np.count_nonzero((passed["retries"] > 0) & (passed["fallbacks"] == 0)))
    fallen_back = int(np.count_nonzero(passed["fallbacks"] > 0))
    raw, felt = part.failures + part.rescued, part.failures
    return (
        f"{model}: raw {raw:,} of {part.requests:,} failed ({percent(raw / part.requests)}), felt {felt:,} "
        f"({percent(felt / part.requests)}), rescued by retries {retried:,}, by fallbacks {fallen_back:,}"
    )
