"""How a run ended, by facts alone: its state's type and name, its labels, its report. No sentence is read for it.

Nothing here needs Prefect: the pipeline's command reads ends too, and Prefect takes a second to import.
"""

from collections.abc import Mapping
from uuid import UUID

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import (
    CANCELLED_BY_LABEL,
    DUPLICATE_OF_LABEL,
    DUPLICATE_STATE,
    VERDICT_LABEL,
    Canceller,
)

Labels = Mapping[str, object]

STATES = {
    Verdict.PASSED: ("COMPLETED", "Completed"),
    Verdict.FAILED: ("FAILED", "Failed"),
    Verdict.INCONCLUSIVE: ("FAILED", "Inconclusive"),
    Verdict.INVALID: ("FAILED", "Invalid"),
    Verdict.REFUSED: ("FAILED", "Refused"),
    Verdict.ERRORED: ("FAILED", "Errored"),
    Verdict.CANCELLED: ("CANCELLED", "Cancelled"),
    Verdict.CRASHED: ("CRASHED", "Crashed"),
}
"""The type and the name of the state in which a run of each verdict ends."""

_VERDICTS = {state: verdict for verdict, state in STATES.items()}

_CANCELLERS = {
    Canceller.GATE: "by its release gate, which has ended",
    Canceller.OBSERVATORY: "with the observatory on its machine, which was ended",
}


def verdict_of(kind: str, name: str, labels: Labels, report: Report | None) -> Verdict:
    """The verdict of a run whose final state has this type and name.

    Prefect too calls a run Failed that raised an exception: that is believed only beside a label or a report that
    says the same. Nor is Completed believed against both. A state that is none of ours is a fault of ours.
    """
    said = _VERDICTS.get((kind, name), Verdict.ERRORED)
    concluded = _concluded(labels, report)
    if said is Verdict.FAILED and said not in concluded:
        return Verdict.ERRORED
    if said is Verdict.PASSED and concluded and said not in concluded:
        return concluded[0]
    return said


def _concluded(labels: Labels, report: Report | None) -> list[Verdict]:
    """What a run itself says that it concluded; earlier versions wrote no label, and not every report is stored."""
    told = [verdict for verdict in Verdict if verdict == labels.get(VERDICT_LABEL)]
    return [*told, *([report.verdict] if report else [])]


def original_of(name: str, labels: Labels) -> UUID | None:
    """The run that tests the same as one whose state has this name; None where that one is no duplicate."""
    try:
        return UUID(str(labels[DUPLICATE_OF_LABEL])) if name == DUPLICATE_STATE else None
    except (KeyError, ValueError):
        return None


def who_cancelled(labels: Labels) -> str:
    """Who of ours cancelled a run, as part of a sentence; empty where it was somebody else."""
    return next((_CANCELLERS[one] for one in Canceller if one == labels.get(CANCELLED_BY_LABEL)), "")
