"""Against the last good run: did the gateway, or what its users wait for, get slower?

Source: H. R. Kunsch, Annals of Statistics 17 (1989), 1217-1241: blocks of consecutive values are drawn instead of
single ones, since latencies of neighbouring requests resemble each other.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status

MARGIN = 0.10
QUANTILE = 0.95
CONFIDENCE = 0.90
"""Two-sided, so that each side is sure with 95 %."""

BLOCK = 100
DRAWS = 400
SEED = 20_260_101  # fixed: the same two runs always compare the same
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
        low, high = _log_ratio_interval(new, old)
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


def _log_ratio_interval(new: NDArray[np.float64], old: NDArray[np.float64]) -> tuple[float, float]:
    """The two-sided interval of ln(QUANTILE of `new` / QUANTILE of `old`); values are positive, BLOCK or more."""
    random = np.random.default_rng(SEED)
    ratios = np.log(_resample(new, random)) - np.log(_resample(old, random))
    low, high = np.quantile(ratios, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _resample(values: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """The QUANTILE in each of DRAWS resamples made of blocks of neighbours."""
    blocks = -(-len(values) // BLOCK)
    starts = random.integers(0, len(values) - BLOCK + 1, size=(DRAWS, blocks))
    within = np.arange(BLOCK)
    rank = int(QUANTILE * (blocks * BLOCK - 1))
    return np.array([np.partition(values[(row[:, None] + within).ravel()], rank)[rank] for row in starts])
