"""A gate's headline: its release, how many of its suites decide, and the worst one's cause."""

from collections.abc import Sequence

from litellm_observatory.core.judging.verdict import Finding, Verdict, leading
from litellm_observatory.core.report.headline import Part, compose, is_a_providers, parts_of
from litellm_observatory.core.report.report import LeftOut, Report, SuiteOutcome
from litellm_observatory.core.text import count_cases, display_name


def headline_of_gate(
    release: str,
    verdict: Verdict,
    outcomes: Sequence[SuiteOutcome],
    deciding: Sequence[SuiteOutcome],
    reports: Sequence[Report],
    *,
    invalid_reasons: Sequence[Finding] = (),
    noted: Sequence[Finding] = (),
    left_out: Sequence[LeftOut] = (),
) -> str:
    """What the headline of a gate that was not cancelled says after its verdict, which `deciding` suites make."""
    tag = display_name(release)
    if verdict is Verdict.PASSED:
        requests = sum(outcome.figures.requests for outcome in outcomes if outcome.figures)
        passed = f"all {len(outcomes)} suites" if len(outcomes) > 1 else display_name(outcomes[0].suite)
        parts = [Part(1, f"; {len(left_out)} left out")] if left_out else []
        if skipped := sum(outcome.skipped.total() for outcome in outcomes):
            parts.append(Part(3, f"; {count_cases(skipped)} skipped"))
        parts += [Part(2, f"; {one.short.what}") for one in noted[:1]]
        return compose(verdict, f"{tag}, {passed} passed, {requests:,} requests", parts)
    if verdict is Verdict.INVALID and invalid_reasons:
        first = invalid_reasons[0]
        return compose(verdict, f"{tag}, {first.short.what}", [Part(1, f"; {first.remedy}")])
    by_suite = {report.suite: report for report in reports}
    worst = max(deciding, key=lambda outcome: outcome.figures.failure_rate if outcome.figures else 1.0)
    counted = f", {len(deciding)} of {len(outcomes)} suites {verdict}" if len(outcomes) > 1 else ""
    what, parts = _cause(worst, by_suite.get(worst.suite), excused=_are_providers(deciding, by_suite))
    suite = display_name(worst.suite)
    return compose(verdict, f"{tag}{counted}", [Part(0, f", {suite}: {what}", otherwise=f", {suite}"), *parts])


def without_verdict(outcome: SuiteOutcome) -> str:
    """A suite's headline without its verdict; in a report of an earlier version the whole headline."""
    return outcome.what or outcome.headline or outcome.reason


def _cause(outcome: SuiteOutcome, report: Report | None, *, excused: bool) -> tuple[str, list[Part]]:
    """What a suite found, and the further parts of its headline; of one without findings its headline alone."""
    if report is None or not report.findings or report.verdict is not outcome.verdict:
        return without_verdict(outcome), []
    lead = leading(report.verdict, report.findings)
    return lead.short.what, parts_of(report.verdict, report.findings, report.started_at, excused=excused)


def _are_providers(deciding: Sequence[SuiteOutcome], by_suite: dict[str, Report]) -> bool:
    """Whether every failure that fails these suites is a provider's, judging by its answers."""
    return all(outcome.suite in by_suite and is_a_providers(by_suite[outcome.suite].findings) for outcome in deciding)
