"""Limits for times: what a user waits at most, and what the gateway itself adds."""

from dataclasses import dataclass

import numpy as np

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status

LEAST = 60
"""Fewer requests than this show no 95th percentile."""


@dataclass(frozen=True, slots=True)
class P95Limit:
    """The 95th percentile of a column of the rows is at most `limit`, in the column's own unit."""

    name: str
    column: str
    unit: str
    limit: float

    def judge(self, tally: Tally) -> Finding:
        """Undecided with fewer than LEAST values, also where the gateway does not report them."""
        values = tally.judged[self.column]
        values = values[~np.isnan(values)]
        if len(values) < LEAST:
            said = f"{len(values)} values are too few to judge a 95th percentile"
            brief = Brief(f"{self.name}: {said}")
            return Finding(self.name, Status.UNDECIDED, said, brief=brief, remedy="run longer")
        p50, p95, p99 = (float(value) for value in np.percentile(values, (50, 95, 99)))
        status = Status.MET if p95 <= self.limit else Status.VIOLATED
        said = (
            f"{self.name}: the 95th percentile is {p95:.3g} {self.unit} (limit {self.limit:g} {self.unit}; "
            f"p50 {p50:.3g}, p99 {p99:.3g})"
        )
        brief = Brief(f"p95 of {self.name} {p95:.3g} {self.unit} (limit {self.limit:g} {self.unit})")
        remedy = "compare with the last passed run" if status is Status.VIOLATED else ""
        return Finding(self.name, status, said, brief=brief, remedy=remedy)


def latency_limit(seconds: float) -> P95Limit:
    """95 % of the answers come within `seconds` of the instant that they were due."""
    return P95Limit("latency", "latency", "s", seconds)


def overhead_limit(milliseconds: float) -> P95Limit:
    """The gateway adds no more than this to 95 % of the answers, by its own header."""
    return P95Limit("overhead", "overhead_ms", "ms", milliseconds)
