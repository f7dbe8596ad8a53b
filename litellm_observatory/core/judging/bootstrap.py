"""How a quantile changed between two runs, and how sure that is, for values that depend on those before them.

Source: H. R. Kunsch, Annals of Statistics 17 (1989), 1217-1241: blocks of consecutive values are drawn instead of
single ones, since latencies of neighbouring requests resemble each other.
"""

import numpy as np
from numpy.typing import NDArray

BLOCK = 100
DRAWS = 400
SEED = 20_260_101  # fixed: the same two runs always compare the same


def log_ratio_interval(
    new: NDArray[np.float64], old: NDArray[np.float64], quantile: float, confidence: float
) -> tuple[float, float]:
    """The two-sided interval of ln(quantile of `new` / quantile of `old`); values are positive, BLOCK or more."""
    random = np.random.default_rng(SEED)
    ratios = np.log(_resample(new, quantile, random)) - np.log(_resample(old, quantile, random))
    low, high = np.quantile(ratios, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _resample(values: NDArray[np.float64], quantile: float, random: np.random.Generator) -> NDArray[np.float64]:
    """The quantile in each of DRAWS resamples made of blocks of neighbours."""
    blocks = -(-len(values) // BLOCK)
    starts = random.integers(0, len(values) - BLOCK + 1, size=(DRAWS, blocks))
    within = np.arange(BLOCK)
    rank = int(quantile * (blocks * BLOCK - 1))
    return np.array([np.partition(values[(row[:, None] + within).ravel()], rank)[rank] for row in starts])
