"""Against the last good run: did the gateway, or what its users wait for, get slower?"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.bootstrap import BLOCK, log_ratio_interval
from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status

MARGIN = 0.10
QUANTILE = 0.95
CONFIDENCE = 0.90
"""Two-sided, so that each side is sure with 95 %."""

LEAST = 3 * BLOCK
"""Fewer values than this hold too few blocks to draw from."""


@dataclass(frozen=True, slots=True)
class LastPassed:
    """A passed run of the same suite, gateway and models: its name for people, and its values in order."""

    name: str
    overhead_ms: NDArray[np.float64] = field(repr=False)
    latency_seconds: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True, slots=True)
class AgainstLastPassed:
    """The 95th percentile is no more than MARGIN above that of the last good run. Advisory.

    Judged by the gateway's own overhead where both runs have it, else by latency, in which a provider's noise hides
    the gateway. Without a last good run no run could ever become one, so it fails no run.
    """

    last: LastPassed | None

    def judge(self, tally: Tally) -> Finding:
        """Violated above the margin, met below it, undecided between, each with 95 % confidence."""
        if self.last is None:
            return self._found(Status.UNDECIDED, "there is no earlier passed run to compare with")
        measured = (
            ("overhead", _values(tally, "overhead_ms"), self.last.overhead_ms),
            ("latency", _values(tally, "latency"), self.last.latency_seconds),
        )
        for what, new, old in measured:
            if min(len(new), len(old)) >= LEAST:
                return self._compared(what, new, old, self.last.name)
        return self._found(Status.UNDECIDED, f"too few requests to compare with {self.last.name}")

    def _compared(self, what: str, new: NDArray[np.float64], old: NDArray[np.float64], name: str) -> Finding:
        low, high = log_ratio_interval(new, old, QUANTILE, CONFIDENCE)
        margin = math.log1p(MARGIN)
        status = Status.VIOLATED if low > margin else Status.MET if high < margin else Status.UNDECIDED
        said = (
            f"p95 of {what} changed by {math.expm1(low):+.0%} to {math.expm1(high):+.0%} against {name} "
            f"(margin {MARGIN:.0%})"
        )
        what = f"p95 of {what} {math.expm1(low):+.0%} to {math.expm1(high):+.0%} (margin {MARGIN:.0%})"
        remedy = "compare both releases side by side" if status is Status.VIOLATED else ""
        return self._found(status, said, what, remedy)

    def _found(self, status: Status, said: str, what: str = "", remedy: str = "") -> Finding:
        brief = Brief(what or said)
        return Finding("against the last good run", status, said, blocking=False, brief=brief, remedy=remedy)


def _values(tally: Tally, column: str) -> NDArray[np.float64]:
    """The positive values of the requests that passed, in order."""
    values: NDArray[np.float64] = tally.passed[column]
    return values[values > 0]
