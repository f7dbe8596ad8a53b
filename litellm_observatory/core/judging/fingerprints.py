"""Failures that are alike, counted once each: ten thousand of them read as three lines."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from litellm_observatory.core.judging.message_patterns import KNOWN
from litellm_observatory.core.wire.failures import FailureKind, fingerprint
from litellm_observatory.core.wire.samples import Attempt, Sample

MOST_MESSAGES = 50
"""Different messages kept of one tally of samples; the rest count as OTHER."""
OTHER = "other messages"
MOST_EXEMPLARS = 3
"""Requests kept of failures that are alike: the first ones."""


class Fingerprint(NamedTuple):
    """What makes two failures alike: same model, same kind, same message but for ids and numbers."""

    model: str
    kind: FailureKind
    message: str


class Exemplar(NamedTuple):
    """One request that failed: when it was due (seconds after the start), our id of it and the gateway's.

    An id that the gateway did not report is empty.
    """

    due: float
    request_id: str
    call_id: str = ""
    model_id: str = ""

    @classmethod
    def of(cls, due: float, attempt: Attempt) -> "Exemplar":
        """The request of an attempt."""
        return cls(due, attempt.request_id, attempt.call_id or "", attempt.model_id or "")


class Occurrences(NamedTuple):
    """How often a fingerprint occurred, first and last, by the due instants (seconds after the start).

    The `exemplars` are the first of its requests, in their order.
    """

    times: int
    first: float
    last: float
    exemplars: tuple[Exemplar, ...] = ()

    def __or__(self, other: "Occurrences") -> "Occurrences":
        exemplars = sorted((*self.exemplars, *other.exemplars))[:MOST_EXEMPLARS]
        times, first, last = self.times + other.times, min(self.first, other.first), max(self.last, other.last)
        return Occurrences(times, first, last, tuple(exemplars))


def fingerprints_of(samples: Iterable[Sample]) -> dict[Fingerprint, Occurrences]:
    """The fingerprints of the samples that failed."""
    seen: dict[Fingerprint, Occurrences] = {}
    for sample in samples:
        last = sample.attempts[-1]
        if last.failure is None:
            continue
        key = Fingerprint(sample.model, last.failure.kind, fingerprint(last.failure.message))
        known = any(signature.is_in(last.failure.message) for signature in KNOWN)
        if key not in seen and len(seen) >= MOST_MESSAGES and not known:
            key = key._replace(message=OTHER)
        seen = merge(seen, {key: Occurrences(1, sample.due, sample.due, (Exemplar.of(sample.due, last),))})
    return seen


def merge(
    left: Mapping[Fingerprint, Occurrences], right: Mapping[Fingerprint, Occurrences]
) -> dict[Fingerprint, Occurrences]:
    """Both in one."""
    both = dict(left)
    for key, seen in right.items():
        both[key] = both[key] | seen if key in both else seen
    return both
