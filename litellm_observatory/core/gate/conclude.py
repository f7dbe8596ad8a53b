"""The gate: the one verdict of a release that follows from those of its suites."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from litellm_observatory.core.gate.headline import headline_of_gate, without_verdict
from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.intervals import Rate
from litellm_observatory.core.judging.validity import version_changes
from litellm_observatory.core.judging.verdict import NOTED, Finding, Status, Verdict, invalid_reason
from litellm_observatory.core.report.headline import Part, compose
from litellm_observatory.core.report.report import LeftOut, Report, SuiteOutcome
from litellm_observatory.core.reporting.run_info import RunInfo, common_fields
from litellm_observatory.core.text import count_cases, display_name, shorten
from litellm_observatory.core.wire.versions import first_sightings, is_another, join_versions

_DECIDING = {
    Verdict.FAILED: (Verdict.FAILED,),
    Verdict.REFUSED: (Verdict.REFUSED,),
    Verdict.ERRORED: (Verdict.ERRORED, Verdict.CRASHED),
    Verdict.INVALID: (Verdict.INVALID,),
    Verdict.INCONCLUSIVE: (Verdict.INCONCLUSIVE, Verdict.CANCELLED),
}
"""A gate's verdict, the gravest first, and those of its suites that make it so."""

_STATUSES = {Verdict.PASSED: Status.MET, Verdict.FAILED: Status.VIOLATED}
MOST_OF_A_REASON = 200


def conclude(
    outcomes: Sequence[SuiteOutcome],
    *,
    left_out: Sequence[LeftOut] = (),
    invalid_reasons: Sequence[str] = (),
    noted: Sequence[str] = (),
) -> tuple[Verdict, str]:
    """The gate's verdict, and why: failed when any suite failed, passed only when all did.

    Between them come refused, errored, invalid and inconclusive, in this order. `invalid_reasons` say why the suites
    together do not judge one release: they make the gate invalid, where nothing graver decides it. What is `noted`,
    and what was not tested, is reported too.
    """
    noted = [*noted, *dict.fromkeys(sentence for outcome in outcomes for sentence in outcome.noted)]
    untested = "".join(f"; {said}" for said in _untested(outcomes, left_out))
    for verdict, deciding in _DECIDING.items():
        why = [f"{outcome.suite}: {_why(outcome)}" for outcome in outcomes if outcome.verdict in deciding]
        if verdict is Verdict.INVALID:
            why, invalid_reasons = [*invalid_reasons, *why], ()
        if why:
            counted = _counted(outcomes)
            return verdict, f"{'; '.join(why)} ({counted}){_noted(*invalid_reasons, *noted)}{untested}"
    requests = sum(outcome.figures.requests for outcome in outcomes if outcome.figures)
    passed = f"all {len(outcomes)} suites" if len(outcomes) > 1 else outcomes[0].suite
    return Verdict.PASSED, f"{passed} passed, {requests:,} requests{_noted(*noted)}{untested}"


def _noted(*sentences: str) -> str:
    return "".join(f"; noted: {sentence}" for sentence in sentences)


def _untested(outcomes: Sequence[SuiteOutcome], left_out: Sequence[LeftOut]) -> Iterator[str]:
    """What of the profile and of its suites' cases was not tested, or is only reported."""
    if left_out:
        yield f"{len(left_out)} left out: {'; '.join(f'{one.suite} ({one.reason})' for one in left_out)}"
    for outcome in outcomes:
        if lost := outcome.accepted:
            why = shorten(", ".join(lost), most=MOST_OF_A_REASON)
            yield f"{outcome.suite} lost {count_cases(lost.total())}, accepted: {why}"
        if skipped := outcome.skipped:
            why = shorten(", ".join(skipped), most=MOST_OF_A_REASON)
            yield f"{outcome.suite} skipped {count_cases(skipped.total())}: {why}"
        if unproven := outcome.unproven:
            why = shorten(", ".join(unproven), most=MOST_OF_A_REASON)
            yield f"{outcome.suite} learnt nothing from {count_cases(unproven.total())}: {why}"
        if count := outcome.failed_shoulds:
            yield f"{count} should{'s' if count > 1 else ''} of {outcome.suite} failed without failing it"
        if more := outcome.omitted_cases:
            yield f"{more:,} more case{'s' if more > 1 else ''} of {outcome.suite} did not pass"


def report_of_gate(
    run: RunInfo,
    release: str,
    outcomes: Sequence[SuiteOutcome],
    reports: Sequence[Report],
    ended_at: datetime,
    *,
    left_out: Sequence[LeftOut] = (),
    profile: str = "",
    cancelled: str = "",
    allow_other_version: bool = False,
) -> Report:
    """The report of a gate, from the outcomes of its suites and from those of their reports that exist.

    Its `profile` is empty where somebody named the suites. `cancelled` says by which way somebody ended it, if
    somebody did. `allow_other_version` says that the gateway may report another version than the release's tag.
    """
    met = (replace(seen, by=report.suite) for report in reports for seen in report.versions)
    versions = first_sightings((*run.versions, *met))
    others = join_versions([seen for seen in versions if is_another(release, seen.version)])
    strange = join_versions([seen for seen in versions if is_another(release, seen.version) is None])
    mismatch = [_mismatch(others, release)] if others else []
    invalid = version_changes(versions) or ([] if allow_other_version else mismatch)
    noted = [*(mismatch if allow_other_version else []), *([_strange(strange, release)] if strange else [])]
    if cancelled:
        until_then = _counted(outcomes) if outcomes else "no suite was started"
        verdict, why = Verdict.CANCELLED, f"{cancelled}; until then: {until_then}"
        parts = [Part(1, f", {cancelled}"), Part(0, f"; until then {until_then}")]
        what = compose(verdict, display_name(release), parts)
    else:
        reasons, notes = ([one.sentence for one in some] for some in (invalid, noted))
        verdict, why = conclude(outcomes, left_out=left_out, invalid_reasons=reasons, noted=notes)
        deciding = [outcome for outcome in outcomes if outcome.verdict in _DECIDING.get(verdict, ())]
        what = headline_of_gate(
            release, verdict, outcomes, deciding, reports, invalid_reasons=invalid, noted=noted, left_out=left_out
        )
    rate = Rate(sum(report.failures for report in reports), sum(report.requests for report in reports))
    kinds: Counter[str] = Counter()
    for report in reports:
        kinds.update(report.failure_kinds)
    due = sum(report.due for report in reports)
    costs = [report.cost for report in reports if report.cost is not None]
    return Report(
        **common_fields(run, ended_at, verdict, why, what),
        release=release,
        profile=profile,
        models=tuple(dict.fromkeys(model for report in reports for model in report.models)),
        suites=tuple(outcomes),
        left_out=tuple(left_out),
        findings=(*map(_finding, outcomes), *invalid, *_note_findings(noted, outcomes)),
        gateway_version=join_versions(versions),
        versions=versions,
        notes=(*run.notes, *([] if versions else [_unknown_version(release)])),
        plan=run.plan,
        requests=rate.requests,
        failures=rate.failures,
        failure_rate=rate.value,
        failure_rate_low=rate.low,
        failure_rate_high=rate.high,
        rescued=sum(report.rescued for report in reports),
        failure_kinds=dict(kinds),
        due=due,
        sent=sum(report.sent for report in reports),
        not_observed=sum(report.not_observed for report in reports),
        observed_fraction=rate.requests / due if due else 0.0,
        cost=sum(costs) if costs else None,
    )


def _unknown_version(release: str) -> str:
    return f"The gateway does not report its version: it is unknown whether it is {release}"


def _note_findings(noted: Sequence[Finding], outcomes: Sequence[SuiteOutcome]) -> Iterator[Finding]:
    """Findings for what is noted of the gateway, and for losses that failed no suite."""
    sentences = [*(one.sentence for one in noted), *(said for outcome in outcomes for said in outcome.noted)]
    for sentence in dict.fromkeys(sentences):
        yield Finding(NOTED, Status.UNDECIDED, sentence, blocking=False)


def _mismatch(others: str, release: str) -> Finding:
    remedy = "deploy that release, or set allow_other_version"
    said = f"the gateway reports {others}, not {release}"
    return invalid_reason(said, f"but the gateway reports {display_name(others)}", remedy)


def _strange(others: str, release: str) -> Finding:
    said = f"the gateway reports {others}, which cannot be compared with {release}"
    return invalid_reason(said, f"but the gateway reports {display_name(others)}")


def _finding(outcome: SuiteOutcome) -> Finding:
    status = _STATUSES.get(outcome.verdict, Status.UNDECIDED)
    brief = Brief(without_verdict(outcome))
    return Finding(outcome.suite, status, outcome.reason, required=True, brief=brief, remedy=outcome.remedy)


def _why(outcome: SuiteOutcome) -> str:
    """A suite's verdict, where it is not `failed`, and why, shortened; the suite's run has all of it."""
    verdict = "" if outcome.verdict is Verdict.FAILED else f"{outcome.verdict}, "
    return verdict + shorten(outcome.why or outcome.reason, most=MOST_OF_A_REASON)


def _counted(outcomes: Sequence[SuiteOutcome]) -> str:
    """How many suites ended with which verdict, as text."""
    counts = Counter(outcome.verdict for outcome in outcomes)
    passed = f"{counts.pop(Verdict.PASSED, 0)} of {len(outcomes)} suites passed"
    return ", ".join([passed, *(f"{count} {verdict}" for verdict, count in counts.items())])
