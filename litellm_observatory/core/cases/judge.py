"""The finding of a suite of cases: what passed, failed, was lost or proved nothing, and what to do about it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.judging.brief import LOOK_UP, Brief, Cause
from litellm_observatory.core.judging.origin import origin
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict
from litellm_observatory.core.objectives.still_listed import ACCEPT
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.report import LeftOut, SuiteOutcome
from litellm_observatory.core.text import count_cases, display_name
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.request import Level

MOST_NAMED = 20
"""Cases that a sentence names of each sort; the report has more of them."""

ACCEPT_LOSSES = "set accept_losses if they were removed on purpose"


def judge_cases(
    outcomes: Sequence[CaseOutcome],
    predecessor: Predecessor | None,
    gone: Collection[str],
    *,
    accept_losses: bool = False,
    failures: Mapping[str, Failure] = MappingProxyType({}),
) -> Finding:
    """Met when every must passed and nothing is lost that the predecessor had; the rest is reported.

    A must that proves nothing is neither failed nor lost, and never accepted: it leaves the finding undecided.
    With `accept_losses` a loss is reported as accepted; a must that was sent, and failed, is never accepted.
    `gone` are models of the predecessor that the gateway no longer lists: reported, since its owner may remove them.
    `failures` are those of the cases that failed, by their names.
    """
    tested = [outcome for outcome in outcomes if not outcome.skipped and not outcome.unproven]
    lost = [outcome for outcome in outcomes if outcome.regressed and not outcome.fails_a_run]
    minor = [outcome for outcome in tested if outcome.is_advisory_failure]
    unsteady = [outcome for outcome in minor if predecessor and predecessor.had(outcome.name)]
    reported = [outcome for outcome in minor if outcome not in unsteady]
    skipped = [outcome for outcome in outcomes if outcome.skipped and not outcome.regressed]
    broken = [outcome for outcome in tested if outcome.fails_a_run]
    unproven = [outcome for outcome in outcomes if outcome.unproven]
    said = [_counted(tested)]
    if broken:
        said.append(f"failed: {_named(map(_failure, broken))}")
    if lost and predecessor:
        accepted = ", accepted" if accept_losses else ""
        said.append(f"lost since {predecessor.name}{accepted}: {_named(_losses(lost))}")
    if reported:
        said.append(f"failed without failing the run: {_named(map(_failure, reported))}")
    if unsteady and predecessor:
        since = f"failed without failing the run, since the same version passed it in {predecessor.name}"
        said.append(f"{since}: {_named(map(_failure, unsteady))}")
    if unproven:
        said.append(f"proves nothing: {_named(_unproven(unproven))}")
    if rescued := [outcome.name for outcome in outcomes if outcome.rescued]:
        said.append(f"rescued by a retry or fallback: {_named(rescued, ', ')}")
    if skipped:
        said.append(f"{len(skipped)} skipped: {_named(_reasons(skipped))}")
    if gone:
        said.append(f"no longer listed: {_named(gone, ', ')}")
    status = Status.MET if tested else Status.UNDECIDED
    if broken or (lost and not accept_losses):
        status = Status.VIOLATED
    elif any(outcome.level is Level.MUST for outcome in unproven):
        status = Status.UNDECIDED
    match status:
        case Status.VIOLATED:
            brief, remedy = _brief_failed(outcomes, broken, [] if accept_losses else lost, failures)
        case Status.UNDECIDED if unproven:
            brief, remedy = _brief_unproven(_counted(tested), unproven)
        case _:
            brief, remedy = _brief_untested(_counted(tested), skipped, lost, sorted(gone)), ""
    return Finding("every case", status, "; ".join(said), brief=brief, remedy=remedy)


def _counted(tested: Sequence[CaseOutcome]) -> str:
    """How many of the tested cases passed; musts and shoulds apart where a suite has both."""
    levels = [level for level in Level if any(outcome.level is level for outcome in tested)]
    if levels in ([], [Level.MUST]):
        return f"{sum(outcome.passed for outcome in tested)} of {len(tested)} requests passed"
    of_levels = ([outcome.passed for outcome in tested if outcome.level is level] for level in levels)
    counts = (f"{sum(passed)} of {len(passed)} {level}s" for level, passed in zip(levels, of_levels, strict=True))
    return f"{', '.join(counts)} passed"


def _failure(outcome: CaseOutcome) -> str:
    return f"{outcome.name} ({outcome.attempts[-1]})"


def _unproven(outcomes: Sequence[CaseOutcome]) -> Iterator[str]:
    """Which cases prove nothing, why, and the remedy: musts before shoulds."""
    musts_first = sorted(outcomes, key=lambda outcome: outcome.level is not Level.MUST)
    for kind in dict.fromkeys(outcome.unproven for outcome in musts_first if outcome.unproven):
        names = [outcome.name for outcome in musts_first if outcome.unproven is kind]
        yield f"{_named(names, ', ')} ({kind}: {kind.remedy})"


def _losses(lost: Sequence[CaseOutcome]) -> Iterator[str]:
    """First the cases that were skipped, then those that failed."""
    yield from _reasons([outcome for outcome in lost if outcome.skipped])
    yield from (_failure(outcome) for outcome in lost if not outcome.skipped)


def _reasons(skipped: Sequence[CaseOutcome]) -> Iterator[str]:
    """Why cases were skipped, and how many for each reason."""
    counts = Counter(outcome.skipped for outcome in skipped)
    return (f"{why} ({count_cases(count)})" for why, count in counts.items())


def _named(texts: Iterable[str], separator: str = "; ") -> str:
    """The first texts, and how many more there are."""
    every = list(texts)
    rest = [f"and {len(every) - MOST_NAMED} more"] * (len(every) > MOST_NAMED)
    return separator.join([*every[:MOST_NAMED], *rest])


def _brief_failed(
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
        ), f"bring them back, or {ACCEPT_LOSSES}"
    musts = [one for one in outcomes if one.level is Level.MUST and not one.skipped and not one.unproven]
    noun = "musts" if any(one.level is not Level.MUST for one in outcomes) else "requests"
    brief = Brief(f"{len(broken)} of {len(musts)} {noun} failed (limit 0)", _who(broken), cause=cause)
    remedy = cause.remedy if cause else LOOK_UP
    return brief, f"{remedy}; as to what was lost, {ACCEPT_LOSSES}" if lost else remedy


def _brief_unproven(counted: str, unproven: Sequence[CaseOutcome]) -> tuple[Brief, str]:
    """What proves nothing, after the count of what passed (`counted`), and the remedy. Musts come before shoulds."""
    first = min(unproven, key=lambda one: one.level is not Level.MUST)
    assert first.unproven
    what = f"{counted}, {count_cases(len(unproven))} proved nothing ({first.unproven})"
    return Brief(what, _who([first, *(one for one in unproven if one is not first)])), first.unproven.remedy


def _brief_untested(
    counted: str, skipped: Sequence[CaseOutcome], accepted: Sequence[CaseOutcome], gone: Sequence[str]
) -> Brief:
    """What was not tested, after the count of what passed (`counted`): a few cases must not pass for all of them."""
    lost = f", {count_cases(len(accepted))} lost, accepted" if accepted else ""
    off = f", {count_cases(len(skipped))} skipped" if skipped else ""
    return Brief(counted + lost + off, f"no longer listed: {_first(gone)}" if gone else "")


def _who(outcomes: Sequence[CaseOutcome]) -> str:
    return _first([outcome.name for outcome in outcomes])


def _first(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    return display_name(names[0]) + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _cause(failing: Sequence[CaseOutcome], failures: Mapping[str, Failure]) -> Cause | None:
    """The cause of the first failure, and whether all have the same origin; None where nothing was sent."""
    known = [failures[outcome.name] for outcome in failing if outcome.name in failures]
    if not known:
        return None
    origins = {origin(failure) for failure in known}
    alone = len(origins) == 1 and len(known) == len(failing)
    return Cause(origin(known[0]), known[0].kind, known[0].message, alone)


def judge_loss(
    suite: str, why: str, predecessor: Predecessor | None, *, accepted: bool = False
) -> SuiteOutcome | LeftOut:
    """The outcome of a suite that has nothing to test (`why`): failed if it had something in its last passed run.

    Without such a run, and where the loss is accepted, the suite is left out.
    """
    if predecessor is None:
        return LeftOut(suite=suite, reason=why)
    lost = f"lost since {predecessor.name}"
    if accepted:
        return LeftOut(suite=suite, reason=f"{lost}, accepted: {why}", accepted=True)
    verdict, said, what = Verdict.FAILED, f"{lost}: {why}", f"lost since the last passed run: {why}"
    return SuiteOutcome(
        suite=suite,
        verdict=verdict,
        reason=verdict.sentence(said),
        headline=verdict.sentence(what),
        why=said,
        what=what,
        remedy=ACCEPT,
    )
