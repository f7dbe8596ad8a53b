"""What a headline says of cases that failed, were lost, or prove nothing, and what to do about it."""

from collections.abc import Mapping, Sequence

from litellm_observatory.core.judging.brief import LOOK_UP, Brief, Cause
from litellm_observatory.core.judging.origin import origin
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.text import count_cases, display_name
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.request import Level

ACCEPT = "set accept_losses where they were taken off on purpose"


def brief_failed(
    outcomes: Sequence[CaseOutcome],
    broken: Sequence[CaseOutcome],
    lost: Sequence[CaseOutcome],
    failures: Mapping[str, Failure],
) -> tuple[Brief, str]:
    """Of all `outcomes` the musts that are `broken`, else what was `lost`; and the remedy."""
    cause = _cause([*broken, *lost], failures)
    if not broken:
        return Brief(
            f"{count_cases(len(lost))} lost (limit 0)", _who(lost), cause=cause
        ), f"bring them back, or {ACCEPT}"
    musts = [one for one in outcomes if one.level is Level.MUST and not one.skipped and not one.unproven]
    noun = "musts" if any(one.level is not Level.MUST for one in outcomes) else "requests"
    brief = Brief(f"{len(broken)} of {len(musts)} {noun} failed (limit 0)", _who(broken), cause=cause)
    remedy = cause.remedy if cause else LOOK_UP
    return brief, f"{remedy}; as to what was lost, {ACCEPT}" if lost else remedy


def brief_unproven(counted: str, unproven: Sequence[CaseOutcome]) -> tuple[Brief, str]:
    """What proves nothing, after the count of what passed (`counted`), and the remedy. Musts come before shoulds."""
    first = min(unproven, key=lambda one: one.level is not Level.MUST)
    assert first.unproven
    what = f"{counted}, {count_cases(len(unproven))} proved nothing ({first.unproven})"
    return Brief(what, _who([first, *(one for one in unproven if one is not first)])), first.unproven.remedy


def _who(outcomes: Sequence[CaseOutcome]) -> str:
    """The first of some cases, and how many more there are."""
    more = f" and {len(outcomes) - 1} more" if len(outcomes) > 1 else ""
    return display_name(outcomes[0].name) + more


def _cause(failing: Sequence[CaseOutcome], failures: Mapping[str, Failure]) -> Cause | None:
    """The cause of the first failure, and whether all have the same origin; None where nothing was sent."""
    known = [failures[outcome.name] for outcome in failing if outcome.name in failures]
    if not known:
        return None
    origins = {origin(failure) for failure in known}
    alone = len(origins) == 1 and len(known) == len(failing)
    return Cause(origin(known[0]), known[0].kind, known[0].message, alone)
