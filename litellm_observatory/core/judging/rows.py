"""The rows of a tally: one of numbers for each sample, and the names that their codes stand for."""

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.origin import Origin, origin
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.samples import Sample

KINDS = tuple(FailureKind)
NO_PROOF = [code for code, kind in enumerate(KINDS) if kind.proves_nothing]
ORIGINS = tuple(Origin)
PASSED = -1
"""The code of a passed sample in the columns `kind` and `origin`; other codes are positions in KINDS and ORIGINS."""

MOST_RETRIES = 1000
"""The most retries or fallbacks that a gateway is believed to have made."""

COLUMNS = np.dtype(
    [
        ("index", np.int64),
        ("model", np.int16),
        ("kind", np.int8),
        ("origin", np.int8),
        ("rescued", np.bool_),
        ("due", np.float64),
        ("lateness", np.float64),
        ("latency", np.float64),
        ("service", np.float64),
        ("overhead_ms", np.float64),
        ("cost", np.float64),
        ("retries", np.int16),
        ("fallbacks", np.int16),
        ("first_token", np.float64),
        ("longest_gap", np.float64),
        ("reading", np.float64),
    ]
)
"""One row a sample. Times in seconds, `due` after the run's start; NaN where the gateway did not say."""


def counts(codes: NDArray[np.int8]) -> list[tuple[int, int]]:
    """Each code but PASSED with how often it stands there, most frequent first."""
    values, counts = np.unique(codes[codes != PASSED], return_counts=True)
    pairs = [(int(value), int(count)) for value, count in zip(values, counts, strict=True)]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def row_of(models: tuple[str, ...], sample: Sample) -> tuple[float, ...]:
    """The row of a sample of one of these models."""
    last = sample.attempts[-1]
    return (
        sample.index,
        models.index(sample.model),
        PASSED if last.failure is None else KINDS.index(last.failure.kind),
        PASSED if last.failure is None else ORIGINS.index(origin(last.failure)),
        sample.was_rescued,
        sample.due,
        sample.lateness,
        sample.latency_seconds,
        sample.service_seconds,
        _or_nan(last.overhead_ms),
        _or_nan(last.cost),
        min(last.retries, MOST_RETRIES),
        min(last.fallbacks, MOST_RETRIES),
        _or_nan(last.first_token_seconds),
        _or_nan(last.longest_gap_seconds),
        _or_nan(last.reading),
    )


def _or_nan(number: float | None) -> float:
    return np.nan if number is None else number
