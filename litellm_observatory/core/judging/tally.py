"""A tally: a mergeable summary of samples, kept as columns, so that a day of traffic fits in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.fingerprints import Fingerprint, Occurrences, fingerprints_of, merge
from litellm_observatory.core.judging.gauge import Gauge, Reading
from litellm_observatory.core.judging.rows import COLUMNS, KINDS, NO_PROOF, ORIGINS, PASSED, counts, row_of
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.samples import Sample
from litellm_observatory.core.wire.versions import earliest


@dataclass(frozen=True, eq=False)
class Tally:
    """Samples of one run, in the order of their indices; any grouping of them merges to the same tally.

    `versions` are those that the gateway gave, each with its first instant, in seconds after the run's start.
    """

    models: tuple[str, ...]
    rows: NDArray[np.void]
    fingerprints: Mapping[Fingerprint, Occurrences] = field(default_factory=dict)
    versions: Mapping[str, float] = field(default_factory=dict)
    lags: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """How late the event loop itself was, in seconds, sampled while it sent; in ascending order."""
    gauge: Gauge = field(default_factory=Gauge)
    """What was read of the gateway itself beside the traffic."""

    @classmethod
    def of(
        cls,
        models: tuple[str, ...],
        samples: Iterable[Sample] = (),
        lags: Iterable[float] = (),
        gauge: Iterable[Reading] = (),
    ) -> "Tally":
        """Tally samples, each of a model in `models`; how late the event loop was, and what was read, beside them."""
        kept = sorted(samples, key=lambda sample: sample.index)
        return cls(
            models,
            np.array([row_of(models, sample) for sample in kept], dtype=COLUMNS),
            fingerprints_of(kept),
            earliest((tried.version, s.due) for s in kept for tried in s.attempts if tried.version),
            np.sort(np.fromiter(lags, np.float64)),
            Gauge.of(gauge),
        )

    @classmethod
    def merge(cls, models: tuple[str, ...], tallies: Iterable["Tally"]) -> "Tally":
        """All tallies of these models in one; an empty one when there is none. No sample is in two of them."""
        parts = [cls.of(models), *tallies]
        rows = np.concatenate([part.rows for part in parts])
        return cls(
            models,
            rows[np.argsort(rows["index"], kind="stable")],
            reduce(merge, (part.fingerprints for part in parts)),
            earliest(seen for part in parts for seen in part.versions.items()),
            np.sort(np.concatenate([part.lags for part in parts])),
            Gauge.merge(part.gauge for part in parts),
        )

    @property
    def sent(self) -> int:
        """Requests sent, those that prove nothing included."""
        return len(self.rows)

    @property
    def judged(self) -> NDArray[np.void]:
        """The rows that prove something about the gateway: all but those that prove nothing."""
        return self.rows[~np.isin(self.rows["kind"], NO_PROOF)]

    def of_kind(self, kind: FailureKind) -> int:
        """How many requests failed in this way."""
        return int(np.count_nonzero(self.rows["kind"] == KINDS.index(kind)))

    @property
    def stale(self) -> int:
        """Requests lost on an idle connection that was closed as it was reused: neither failures nor passes."""
        return self.of_kind(FailureKind.STALE_CONNECTION)

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
        """What the answers cost in dollars, as the gateway reports it; None when it never did."""
        reported = self.rows["cost"][~np.isnan(self.rows["cost"])]
        return float(reported.sum()) if reported.size else None

    @property
    def passed(self) -> NDArray[np.void]:
        """The rows of the requests that passed."""
        rows: NDArray[np.void] = self.rows[self.rows["kind"] == PASSED]
        return rows

    def of_model(self, model: str) -> "Tally":
        """The part of one model."""
        rows = self.rows[self.rows["model"] == self.models.index(model)]
        fingerprints = {key: seen for key, seen in self.fingerprints.items() if key.model == model}
        return replace(self, rows=rows, fingerprints=fingerprints)

    def by_model(self) -> dict[str, "Tally"]:
        """The part of each model."""
        return {model: self.of_model(model) for model in self.models}

    def excusing(self, kind: FailureKind, most_seconds: float) -> "Tally":
        """The tally with every failure of a kind that took `most_seconds` or less counted as a pass."""
        rows = self.rows.copy()
        mask = (rows["kind"] == KINDS.index(kind)) & (rows["service"] <= most_seconds)
        rows["kind"][mask] = rows["origin"][mask] = PASSED
        return replace(self, rows=rows)

    def with_stale_failed(self) -> "Tally":
        """The tally with requests lost on stale connections counted as failures: a pass must stand that, too."""
        rows = self.rows.copy()
        rows["kind"][rows["kind"] == KINDS.index(FailureKind.STALE_CONNECTION)] = KINDS.index(FailureKind.CONNECTION)
        return replace(self, rows=rows)

    def kinds(self) -> dict[FailureKind, int]:
        """How often each kind of failure was seen, most frequent first."""
        return {KINDS[code]: count for code, count in counts(self.rows["kind"])}

    def origins(self) -> str:
        """Where the failures come from, as text, most frequent first."""
        return ", ".join(f"{ORIGINS[code]} {count:,}" for code, count in counts(self.judged["origin"]))
