"""A gate as testcases: each suite, what each of its objectives found, and each of its cases."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from litellm_observatory.core.judging.fingerprints import MOST_EXEMPLARS
from litellm_observatory.core.judging.verdict import Finding, Status, Verdict, deciding
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.report import LeftOut, Report, SuiteOutcome
from litellm_observatory.names import GATE_FLOW
from litellm_observatory.orchestration.publishing import failures

MOST_OF_A_FAILURE = 500


@dataclass(frozen=True, slots=True)
class Case:
    """A testcase; `trouble` is the kind of its error or failure, None where it passed or was `skipped`.

    `headline` is its message, `reason` its text.
    """

    name: str
    seconds: float
    trouble: str | None
    headline: str = ""
    reason: str = ""
    output: str = ""
    skipped: bool = False
    group: str = GATE_FLOW
    details: tuple[str, ...] = ()
    """Lines below the reason of its trouble."""

    @property
    def failed(self) -> bool:
        """Whether the gateway failed it; any other trouble is an error."""
        return self.trouble == Verdict.FAILED


def trouble_of(verdict: Verdict) -> str | None:
    """The trouble that a verdict is."""
    return None if verdict is Verdict.PASSED else verdict.value


def of_left_out(left: LeftOut) -> Case:
    """A suite that was left out."""
    return Case(left.suite, 0.0, None, left.reason, skipped=True)


def of_suite(outcome: SuiteOutcome, report: Report | None) -> Iterator[Case]:
    """A suite, then by its report its objectives and all of its cases; without one the cases that did not pass."""
    yield _suite(outcome)
    if report and report.verdict is outcome.verdict:
        decisive = deciding(report.verdict, report.findings)
        met: Counter[str] = Counter()
        for finding in report.findings:
            met[finding.objective] += 1
            yield _finding(finding, finding in decisive, outcome, met[finding.objective])
    cases, more = (report.cases, report.omitted.cases) if report else (outcome.cases, outcome.omitted_cases)
    for case in cases:
        yield _case(case, outcome)
    if more:
        why = f"{more:,} more cases{'' if report else ' did not pass'}; the report of the suite counts them"
        yield Case(f"{outcome.suite}: {more:,} more", 0.0, None, why, skipped=True)


def _suite(outcome: SuiteOutcome) -> Case:
    seconds = outcome.figures.duration_seconds if outcome.figures else 0.0
    said = outcome.headline or outcome.reason
    text = "\n".join(filter(None, (outcome.reason, outcome.remedy)))
    details = tuple(failures.lines(outcome.fingerprints, MOST_OF_A_FAILURE, exemplars=MOST_EXEMPLARS))
    return Case(
        outcome.suite, seconds, trouble_of(outcome.verdict), said, text, outcome.address or "", details=details
    )


def _finding(finding: Finding, decides: bool, outcome: SuiteOutcome, count: int) -> Case:
    """What an objective found: red where the suite's verdict rests on it, else reported where it is not met.

    `count` tells findings of one objective apart, such as several reasons why a run is invalid.
    """
    name, group = f"{finding.objective} {count}" if count > 1 else finding.objective, f"{GATE_FLOW}.{outcome.suite}"
    if finding.status is Status.MET:
        return Case(name, 0.0, None, output=finding.sentence, group=group)
    if not decides:
        return Case(
            name, 0.0, None, f"{finding.status.label}, reported: {finding.sentence}", skipped=True, group=group
        )
    text = "\n".join(filter(None, (finding.sentence, finding.remedy)))
    return Case(name, 0.0, trouble_of(outcome.verdict), finding.short.what, text, group=group)


def _case(case: CaseOutcome, outcome: SuiteOutcome) -> Case:
    """What became of a case: red where it fails its suite, else reported where it did not pass."""
    name, seconds, group = case.name, case.latency_seconds, f"{GATE_FLOW}.{outcome.suite}"
    if case.passed:
        attempts = " → ".join(case.attempts) if case.rescued else ""
        return Case(name, seconds, None, output=attempts, group=group)
    said = case.skipped or case.attempts[-1]
    if case.regressed and outcome.verdict is Verdict.PASSED:
        said = f"lost, accepted: {said}"
    elif case.unproven:
        said = f"proves nothing: {said} (remedy: {case.unproven.remedy})"
    elif case.regressed or case.fails_a_run:
        lost = "lost since the last passed run: " if case.regressed else ""
        ids = (str(case.exemplar),) if case.exemplar else ()
        return Case(name, seconds, trouble_of(outcome.verdict), lost + said, group=group, details=ids)
    elif not case.skipped:
        said = f"reported, it is a should: {said}"
    return Case(name, seconds, None, said, skipped=True, group=group)
