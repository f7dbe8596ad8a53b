"""Memory: how fast the gateway's own grows under a steady load."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from suites.judging.intervals import CONFIDENCE
from suites.judging.tally import Tally
from suites.judging.verdict import Finding, Standing

WARM_UP = 0.25
"""This share of the readings, at the start, is that of caches and pools which fill up once."""

BLOCKS = 20
"""Neighbouring readings resemble one another; the means of so many stretches do so much less."""

LEAST = 8
"""Fewer readings after the warm-up than this tell no slope."""


@dataclass(frozen=True, slots=True)
class MemoryGrowth:
    """Memory (read in MB) grows by no more than `limit` MB an hour, by a straight line through its readings.

    The bounds of the slope are one-sided with 95 % confidence each. It must hold for a pass where memory is told.
    """

    limit: float

    def judge(self, tally: Tally) -> Finding:
        """Broken when it grows faster for sure, holds when it does not, undecided between."""
        readings = tally.gauge
        if not len(readings):
            return Finding("memory", Standing.UNDECIDED, "memory: the gateway does not tell it")
        steady = readings[int(WARM_UP * len(readings)) :]
        if len(steady) < LEAST:
            return self._found(Standing.UNDECIDED, f"{len(readings)} readings are too few to tell its growth")
        slope, low, high = _growth(steady["at"], steady["value"])
        standing = Standing.UNDECIDED
        if low > self.limit:
            standing = Standing.BROKEN
        elif high < self.limit:
            standing = Standing.HOLDS
        bounds = f"95 % bounds {round(low):,} and {round(high):,}, limit {self.limit:,g}"
        said = (
            f"grew by {round(slope):,} MB an hour ({bounds}), "
            f"from {readings['value'][0]:,.0f} MB to {readings['value'][-1]:,.0f} MB"
        )
        return self._found(standing, said + ("; only a longer run tells" if standing is Standing.UNDECIDED else ""))

    def _found(self, standing: Standing, said: str) -> Finding:
        return Finding("memory", standing, f"memory: {said}", required=True)


def _growth(at: NDArray[np.float64], value: NDArray[np.float64]) -> tuple[float, float, float]:
    """The slope per hour by least squares, and its lower and upper bound by Student's t."""
    count = min(BLOCKS, len(at))
    hours, means = (np.array([block.mean() for block in np.array_split(part, count)]) for part in (at / 3600, value))
    x, y = hours - hours.mean(), means - means.mean()
    slope = (x @ y) / (x @ x)
    error = np.sqrt(((y - slope * x) ** 2).sum() / (count - 2) / (x @ x))
    margin = student.ppf(CONFIDENCE, count - 2) * error
    return float(slope), float(slope - margin), float(slope + margin)
