"""The scan statistic: how many failures among w consecutive requests are too many to be chance.

Source: J. I. Naus, Approximations for distributions of scan statistics, JASA 77 (1982), 177-183, equations for
Bernoulli trials: P(no w consecutive of n hold k failures) is about Q2 (Q3 / Q2)^(n/w - 2).
"""

from bisect import bisect_left
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom


@lru_cache(maxsize=4096)
def critical_count(requests: int, width: int, rate: float, alpha: float) -> int:
    """The least number of failures in any `width` consecutive of `requests` that chance exceeds with at most `alpha`.

    `rate` is the background (between 0 and 1). The count is at most `width + 1`, which nothing reaches.
    """
    counts = range(1, width + 1)  # the tail falls as the count grows
    return 1 + bisect_left(counts, True, key=lambda count: scan_tail(requests, width, rate, count) <= alpha)


def scan_tail(requests: int, width: int, rate: float, count: int) -> float:
    """P(some `width` consecutive of `requests` hold `count` failures or more), each failing with `rate`."""
    if count > width:
        return 0.0
    if requests <= width:
        return float(binom.sf(count - 1, requests, rate))
    if count == 1:
        return float(-np.expm1(requests * np.log1p(-rate)))
    q2, q3 = _q2(count, width, rate), _q3(count, width, rate)
    if q2 <= 0 or q3 <= 0:
        return 1.0
    return float(np.clip(-np.expm1(np.log(q2) + (requests / width - 2) * np.log(q3 / q2)), 0.0, 1.0))


def most_in_any(failed: NDArray[np.bool_], width: int) -> tuple[int, int]:
    """The most failures in any `width` consecutive entries, and the position where that stretch begins."""
    sums = np.concatenate([[0], np.cumsum(failed)])
    width = min(width, len(failed))
    counts = sums[width:] - sums[: len(sums) - width]
    first = int(np.argmax(counts))
    return int(counts[first]), first


def _q2(k: int, m: int, p: float) -> float:
    """P(no m consecutive of 2m trials hold k failures), Naus's equation for Q2."""
    cdf, pmf = binom.cdf, binom.pmf
    return float(
        cdf(k - 1, m, p) ** 2
        - (k - 1) * pmf(k, m, p) * cdf(k - 2, m, p)
        + m * p * pmf(k, m, p) * cdf(k - 3, m - 1, p)
    )


def _q3(k: int, m: int, p: float) -> float:
    """P(no m consecutive of 3m trials hold k failures), Naus's equation for Q3."""
    cdf, pmf = binom.cdf, binom.pmf
    a1 = 2 * pmf(k, m, p) * cdf(k - 1, m, p) * ((k - 1) * cdf(k - 2, m, p) - m * p * cdf(k - 3, m - 1, p))
    a2 = (
        0.5
        * pmf(k, m, p) ** 2
        * (
            (k - 1) * (k - 2) * cdf(k - 3, m, p)
            - 2 * (k - 2) * m * p * cdf(k - 4, m - 1, p)
            + m * (m - 1) * p**2 * cdf(k - 5, m - 2, p)
        )
    )
    r = np.arange(1, k)
    a3 = np.sum(pmf(2 * k - r, m, p) * cdf(r - 1, m, p) ** 2)
    r = np.arange(2, k)
    a4 = np.sum(pmf(2 * k - r, m, p) * pmf(r, m, p) * ((r - 1) * cdf(r - 2, m, p) - m * p * cdf(r - 3, m - 1, p)))
    return float(cdf(k - 1, m, p) ** 3 - a1 + a2 + a3 - a4)
