"""Objectives, the findings that they return, and the verdict that follows from these."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally

VALIDITY = "validity"
"""The objective of the findings that make a run invalid."""

WHOLE_PLAN = "whole plan"
"""The objective of the finding that a run was ended early."""

NOTED = "noted"
"""The objective of what a gate notes: it fails nothing."""


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
        """Whether it judges the gateway, or says that nothing can be said of it: such an end is final."""
        return self in (Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE, Verdict.INVALID)

    def sentence(self, why: str) -> str:
        """A sentence with the verdict and the reason."""
        return f"{self.capitalize()}: {why}"


class Status(StrEnum):
    """What one objective says. The values are the words of a stored result, which pipelines read."""

    MET = "holds"
    VIOLATED = "broken"
    UNDECIDED = "undecided"

    @property
    def label(self) -> str:
        """The word that people read: met, violated or undecided."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one objective found: a status, in a stored result its `standing`, and a sentence with its numbers.

    A violated finding that is not blocking is reported, but fails no run. One that is required must be met for a
    pass, and is always reported. `brief` is what a headline says of it, `remedy` what to do next, if anything.
    """

    objective: str
    status: Annotated[Status, Field(alias="standing")]
    sentence: str
    blocking: bool = True
    required: bool = False
    brief: Brief | None = None
    remedy: str = ""

    @property
    def short(self) -> Brief:
        """What a headline says of it: its brief, or its sentence where it has none."""
        return self.brief or Brief(self.sentence)

    @property
    def fails_a_run(self) -> bool:
        """Whether it alone makes the verdict `failed`."""
        return self.blocking and self.status is Status.VIOLATED


class Objective(Protocol):
    """A requirement on a run."""

    def judge(self, tally: Tally) -> Finding:
        """The finding that a tally leads to."""


def invalid_reason(sentence: str, what: str = "", remedy: str = "") -> Finding:
    """A finding that makes a run invalid, since nothing can be said of the gateway; `what` says it in a few words."""
    return Finding(VALIDITY, Status.UNDECIDED, sentence, brief=Brief(what or sentence), remedy=remedy)


def conclude(main: Finding, *others: Finding, invalid_reasons: Sequence[Finding] = ()) -> tuple[Verdict, str]:
    """The verdict, and why.

    `main` must be met for a pass, and so must those of the `others` that are required. The rest can only fail a run,
    where they are blocking, and are noted where they are not. `invalid_reasons` make a run invalid, unless a failure
    is proven all the same.
    """
    violated = [finding for finding in (main, *others) if finding.status is Status.VIOLATED]
    proof = [finding.sentence for finding in violated if finding.blocking]
    if proof:
        verdict, sentences = Verdict.FAILED, proof
    elif invalid_reasons:
        verdict, sentences = Verdict.INVALID, [one.sentence for one in invalid_reasons]
    else:
        needed = [main, *(finding for finding in others if finding.required)]
        all_met = all(finding.status is Status.MET for finding in needed)
        verdict = Verdict.PASSED if all_met else Verdict.INCONCLUSIVE
        sentences = [finding.sentence for finding in needed]
    noted = [f"noted: {finding.sentence}" for finding in violated if not finding.blocking]
    if proof:
        noted += [f"noted: {one.sentence}" for one in invalid_reasons]
    return verdict, "; ".join([*sentences, *noted])


def deciding(verdict: Verdict, findings: Sequence[Finding]) -> list[Finding]:
    """Those of a run's findings, what makes it invalid among them, that a verdict rests on; the main one comes first.

    Empty for a pass, and for an end without a judgement.
    """
    match verdict:
        case Verdict.FAILED:
            return [finding for finding in findings if finding.fails_a_run]
        case Verdict.INVALID:
            return [finding for finding in findings if finding.objective == VALIDITY]
        case Verdict.INCONCLUSIVE:
            needed = [*findings[:1], *(finding for finding in findings[1:] if finding.required)]
            return [finding for finding in needed if finding.status is not Status.MET]
    return []


def leading(verdict: Verdict, findings: Sequence[Finding]) -> Finding:
    """The first of the findings that a verdict rests on; of a pass the main one."""
    return (deciding(verdict, findings) or findings)[0]
