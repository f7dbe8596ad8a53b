"""Objectives say what must hold, findings what was found, and the verdict is what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from suites.judging.tally import Tally


class Verdict(StrEnum):
    """How a run ended. The first four judge the gateway or say that nothing can be said of it."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    """Too little evidence."""
    INVALID = "invalid"
    """Our own client was at fault, or what was tested changed meanwhile."""
    REFUSED = "refused"
    """Preflight said no: nothing was sent."""
    ERRORED = "errored"
    """A fault of the observatory itself."""
    CANCELLED = "cancelled"
    """Somebody ended the run."""
    CRASHED = "crashed"
    """Its process died, and taking it up again was given up."""

    @property
    def is_judgement(self) -> bool:
        """Whether it says something of the gateway, or that nothing can be said: such an end is final."""
        return self in (Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE, Verdict.INVALID)

    def says(self, sentence: str) -> bool:
        """Whether a sentence is this verdict's own: Prefect, too, calls a run Failed that raised an exception."""
        return sentence.startswith(f"{self.capitalize()}: ")


class Standing(StrEnum):
    """What one objective says."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one objective found: a standing, and a sentence with its numbers.

    A broken finding that is not blocking is told, but fails no run. One that is required must hold for a pass, and
    is always told.
    """

    objective: str
    standing: Standing
    sentence: str
    blocking: bool = True
    required: bool = False

    @property
    def fails_a_run(self) -> bool:
        """Whether it alone makes the verdict `failed`."""
        return self.blocking and self.standing is Standing.BROKEN


class Objective(Protocol):
    """Something that must hold over a run."""

    def judge(self, tally: Tally) -> Finding:
        """What the tally says of it."""


def conclude(main: Finding, *others: Finding, doubts: Sequence[str] = ()) -> tuple[Verdict, str]:
    """The verdict and its sentence.

    `main` is the finding that must hold for a pass, and so are those of the `others` that are required. The rest may
    only break a run, when they are blocking, and are noted in the sentence when they are not.
    `doubts` are the faults of our own client: they make a run invalid, unless a failure is proven all the same.
    """
    broken = [finding for finding in (main, *others) if finding.standing is Standing.BROKEN]
    proof = [finding.sentence for finding in broken if finding.blocking]
    if proof:
        verdict, sentences = Verdict.FAILED, proof
    elif doubts:
        verdict, sentences = Verdict.INVALID, list(doubts)
    else:
        needed = [main, *(finding for finding in others if finding.required)]
        holds = all(finding.standing is Standing.HOLDS for finding in needed)
        verdict = Verdict.PASSED if holds else Verdict.INCONCLUSIVE
        sentences = [finding.sentence for finding in needed]
    noted = [f"noted: {finding.sentence}" for finding in broken if not finding.blocking]
    if proof:
        noted += [f"noted: {doubt}" for doubt in doubts]
    return verdict, f"{verdict.capitalize()}: {'; '.join([*sentences, *noted])}"
