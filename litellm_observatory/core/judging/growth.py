"""Growth: the slope of a series of readings with its bounds, and where one series ends and another begins."""

from bisect import bisect_left
from collections.abc import Mapping
from math import comb
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

WARM_UP = 0.25
"""This share of the readings, at the start, is that of caches and pools which fill up once."""

BLOCKS = 20
"""Neighbouring readings resemble one another; the means of so many stretches do so much less."""

LEAST = 8
"""Fewer readings after the warm-up than this show no slope."""

LEAST_READINGS = int((LEAST - 1) / (1 - WARM_UP)) + 1
"""Readings of one series of which that many are left after the warm-up."""

FALL = 0.1
"""A share of what was held, lost at once."""

LASTING = 3
"""So many readings before a fall are all above so many after it; fewer may be noise."""


BY_CHANCE = 0.01
"""One series ends before another begins this rarely by chance, over all pairs, where readings fall on any."""

MANY = 30
"""Readings of a series that are counted here; 60 have 10^17 orders."""

Name = TypeVar("Name")


class Growth(NamedTuple):
    """A slope and its bounds, in units an hour."""

    slope: float
    low: float
    high: float


def growth(at: NDArray[np.float64], value: NDArray[np.float64], low: float, high: float) -> Growth:
    """The slope after the warm-up by least squares, and its one-sided bounds of these confidences by Student's t.

    `at` is in seconds; there are at least LEAST_READINGS.
    """
    start = int(WARM_UP * len(at))
    count = min(BLOCKS, len(at) - start)
    hours, means = (
        np.array([block.mean() for block in np.array_split(part[start:], count)]) for part in (at / 3600, value)
    )
    x, y = hours - hours.mean(), means - means.mean()
    slope = (x @ y) / (x @ x)
    error = np.sqrt(((y - slope * x) ** 2).sum() / (count - 2) / (x @ x))
    below, above = (student.ppf(confidence, count - 2) * error for confidence in (low, high))
    return Growth(float(slope), float(slope - below), float(slope + above))


def between_falls(readings: NDArray[np.void]) -> list[NDArray[np.void]]:
    """The series that these readings of one process make: it was restarted under its own name where they fall."""
    if len(readings) < 2 * LASTING:
        return [readings]
    stretches = np.lib.stride_tricks.sliding_window_view(readings["value"], LASTING)
    falls = stretches[LASTING:].max(axis=1) < (1 - FALL) * stretches[:-LASTING].min(axis=1)
    return np.split(readings, np.flatnonzero(falls) + LASTING)


def successors(instants: Mapping[Name, NDArray[np.float64]]) -> dict[Name, Name]:
    """The series that began when another had ended, earliest first, each with the latest such other.

    `instants` are the times of each series' readings, ascending. Of fewer than LEAST_READINGS nothing is said.
    """
    known = {name: at for name, at in instants.items() if len(at) >= LEAST_READINGS}
    ended = sorted(known, key=lambda name: known[name][-1])
    ends = [known[name][-1] for name in ended]
    pairs = len(known) * (len(known) - 1)
    came = {}
    for name in sorted(known, key=lambda name: known[name][0]):
        if before := bisect_left(ends, known[name][0]):
            old = ended[before - 1]
            orders = comb(min(len(known[name]), MANY) + min(len(known[old]), MANY), min(len(known[old]), MANY))
            if orders > pairs / BY_CHANCE:
                came[name] = old
    return came
