"""A tally: a mergeable summary of samples, kept as columns, so that a day of traffic fits in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suites.wire.failures import FailureKind, fingerprint
from suites.wire.samples import Sample

FORMAT = 1
"""Raised whenever stored tallies of an earlier version can no longer be read."""

KINDS = tuple(FailureKind)
PASSED = -1
"""The code of a passed sample in the column `kind`; every other code is a position in KINDS."""

COLUMNS = np.dtype(
    [
        ("index", np.int64),
        ("model", np.int16),
        ("kind", np.int8),
        ("rescued", np.bool_),
        ("due", np.float64),
        ("lateness", np.float64),
        ("latency", np.float64),
        ("service", np.float64),
        ("overhead_ms", np.float64),
        ("cost", np.float64),
    ]
)
"""One row a sample. Times in seconds, `due` after the run's start; NaN where the gateway did not say."""

MOST_MESSAGES = 50
"""Different messages kept of one tally of samples; the rest count as OTHER."""
OTHER = "other messages"


class Fingerprint(NamedTuple):
    """What makes two failures alike: same model, same kind, same message but for ids and numbers."""

    model: str
    kind: FailureKind
    message: str


class Seen(NamedTuple):
    """How often a fingerprint was seen, first and last, by the due instants (seconds after the start)."""

    times: int
    first: float
    last: float

    def __or__(self, other: "Seen") -> "Seen":
        return Seen(self.times + other.times, min(self.first, other.first), max(self.last, other.last))


@dataclass(frozen=True, eq=False)
class Tally:
    """Samples of one run, in the order of their indices; any grouping of them merges to the same tally."""

    models: tuple[str, ...]
    rows: NDArray[np.void]
    fingerprints: Mapping[Fingerprint, Seen] = field(default_factory=dict)
    versions: frozenset[str] = frozenset()
    format: int = FORMAT

    @classmethod
    def of(cls, models: tuple[str, ...], samples: Iterable[Sample] = ()) -> "Tally":
        """Tally samples; each goes to a model in `models`."""
        kept = sorted(samples, key=lambda sample: sample.index)
        return cls(
            models,
            np.array([_row(models, sample) for sample in kept], dtype=COLUMNS),
            _fingerprints(kept),
            frozenset(attempt.version for s in kept for attempt in s.attempts if attempt.version),
        )

    def __or__(self, other: "Tally") -> "Tally":
        """Both tallies in one. Their models are the same, and no sample is in both."""
        return self.merged(self.models, (self, other))

    @classmethod
    def merged(cls, models: tuple[str, ...], tallies: Iterable["Tally"]) -> "Tally":
        """All tallies in one; an empty one when there is none."""
        parts = [cls.of(models), *tallies]
        rows = np.concatenate([part.rows for part in parts])
        return cls(
            models,
            rows[np.argsort(rows["index"], kind="stable")],
            reduce(_merged, (part.fingerprints for part in parts)),
            frozenset().union(*(part.versions for part in parts)),
        )

    @property
    def sent(self) -> int:
        """Requests sent, those that our own connection spoilt included."""
        return len(self.rows)

    @property
    def judged(self) -> NDArray[np.void]:
        """The rows that tell something of the gateway: all but those that our own connection spoilt."""
        spoilt = [code for code, kind in enumerate(KINDS) if kind.is_the_clients]
        return self.rows[~np.isin(self.rows["kind"], spoilt)]

    @property
    def requests(self) -> int:
        """How many requests count."""
        return len(self.judged)

    @property
    def failures(self) -> int:
        """How many requests failed."""
        return int(np.count_nonzero(self.judged["kind"] != PASSED))

    @property
    def rescued(self) -> int:
        """How many requests passed only thanks to a retry or a fallback."""
        return int(np.count_nonzero(self.rows["rescued"]))

    @property
    def cost(self) -> float | None:
        """What the answers cost in dollars, by the gateway's own word; None when it never said."""
        told = self.rows["cost"][~np.isnan(self.rows["cost"])]
        return float(told.sum()) if told.size else None

    def of_model(self, model: str) -> "Tally":
        """The part of one model."""
        rows = self.rows[self.rows["model"] == self.models.index(model)]
        fingerprints = {key: seen for key, seen in self.fingerprints.items() if key.model == model}
        return Tally(self.models, rows, fingerprints, self.versions)

    def kinds(self) -> dict[FailureKind, int]:
        """How often each kind of failure was seen, most frequent first."""
        codes, counts = np.unique(self.rows["kind"][self.rows["kind"] != PASSED], return_counts=True)
        pairs = sorted(zip(codes, counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
        return {KINDS[code]: int(count) for code, count in pairs}


def _row(models: tuple[str, ...], sample: Sample) -> tuple[float, ...]:
    last = sample.attempts[-1]
    return (
        sample.index,
        models.index(sample.model),
        PASSED if last.failure is None else KINDS.index(last.failure.kind),
        sample.was_rescued,
        sample.due,
        sample.lateness,
        sample.latency_seconds,
        sample.service_seconds,
        np.nan if last.overhead_ms is None else last.overhead_ms,
        np.nan if last.cost is None else last.cost,
    )


def _fingerprints(samples: list[Sample]) -> dict[Fingerprint, Seen]:
    seen: dict[Fingerprint, Seen] = {}
    for sample in samples:
        if sample.failure is None:
            continue
        key = Fingerprint(sample.model, sample.failure.kind, fingerprint(sample.failure.message))
        if key not in seen and len(seen) >= MOST_MESSAGES:
            key = key._replace(message=OTHER)
        seen = _merged(seen, {key: Seen(1, sample.due, sample.due)})
    return seen


def _merged(left: Mapping[Fingerprint, Seen], right: Mapping[Fingerprint, Seen]) -> dict[Fingerprint, Seen]:
    both = dict(left)
    for key, seen in right.items():
        both[key] = both[key] | seen if key in both else seen
    return both
