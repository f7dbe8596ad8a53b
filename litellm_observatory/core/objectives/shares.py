"""Shares of requests that must stay small, judged by their intervals: empty or malformed answers, and rescues."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.brief import LOOK_UP, Brief
from litellm_observatory.core.judging.intervals import Rate, judge_rate
from litellm_observatory.core.judging.rows import KINDS, PASSED
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import percent
from litellm_observatory.core.wire.failures import FailureKind


@dataclass(frozen=True, slots=True)
class Share:
    """At most `limit` (between 0 and 1) of the requests are of a sort that `which` selects from the rows."""

    name: str
    what: str
    limit: float
    which: Callable[[NDArray[np.void]], NDArray[np.bool_]]
    blocking: bool
    remedy: str = LOOK_UP

    def judge(self, tally: Tally) -> Finding:
        """Met below the limit, violated above it, undecided between, each with 95 % confidence."""
        rows = tally.judged
        rate = Rate(int(np.count_nonzero(self.which(rows))), len(rows))
        said = (
            f"{rate.failures:,} of {rate.requests:,} {self.what} ({percent(rate.value)}, limit {percent(self.limit)})"
        )
        found = judge_rate(rate, self.limit)
        brief = Brief(f"{percent(rate.value)} of {rate.requests:,} {self.what} (limit {percent(self.limit)})")
        remedy = self.remedy if found is Status.VIOLATED else ""
        return Finding(self.name, found, said, self.blocking, brief=brief, remedy=remedy)


def content(limit: float) -> Share:
    """A 200 carries an answer: at most `limit` of them are empty or malformed."""
    kinds = [KINDS.index(kind) for kind in (FailureKind.EMPTY, FailureKind.MALFORMED)]
    return Share(
        "content", "answers were empty or malformed", limit, lambda rows: np.isin(rows["kind"], kinds), blocking=True
    )


def rescues() -> Share:
    """At most 1 % of the requests need a retry or a fallback. Advisory: what users felt was a pass."""
    return Share(
        "rescues",
        "passed only after a retry or fallback",
        0.01,
        lambda rows: rows["rescued"],
        blocking=False,
        remedy="look in the gateway's log which deployments fail at first",
    )


NAME_A_GROUP = "name a model group with a failing and a healthy deployment"


@dataclass(frozen=True, slots=True)
class Rescued:
    """Something failed at first and was rescued by a retry or a fallback, as the gateway reports it.

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
