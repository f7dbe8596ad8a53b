"""Failures that are alike, counted once each: ten thousand of them read as three lines."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from suites.judging.signatures import KNOWN
from suites.wire.failures import FailureKind, fingerprint
from suites.wire.samples import Sample

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


def fingerprints_of(samples: Iterable[Sample]) -> dict[Fingerprint, Seen]:
    """The fingerprints of the samples that failed."""
    seen: dict[Fingerprint, Seen] = {}
    for sample in samples:
        if sample.attempts[-1].failure is None:
            continue
        key = Fingerprint(
            sample.model, sample.attempts[-1].failure.kind, fingerprint(sample.attempts[-1].failure.message)
        )
        known = any(signature.is_in(sample.attempts[-1].failure.message) for signature in KNOWN)
        if key not in seen and len(seen) >= MOST_MESSAGES and not known:
            key = key._replace(message=OTHER)
        seen = merged(seen, {key: Seen(1, sample.due, sample.due)})
    return seen


def merged(left: Mapping[Fingerprint, Seen], right: Mapping[Fingerprint, Seen]) -> dict[Fingerprint, Seen]:
    """Both in one."""
    both = dict(left)
    for key, seen in right.items():
        both[key] = both[key] | seen if key in both else seen
    return both
