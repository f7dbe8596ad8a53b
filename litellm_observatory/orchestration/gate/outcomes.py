"""From a gate's children as they ended to what its report says of them."""

from collections.abc import Mapping
from typing import NamedTuple

from prefect.logging import get_run_logger

from litellm_observatory.core.judging.verdict import Status, Verdict, leading
from litellm_observatory.core.objectives.still_listed import STILL_LISTED
from litellm_observatory.core.report.headline import fit_headline
from litellm_observatory.core.report.metrics import RunMetrics
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.orchestration.addresses import run_address
from litellm_observatory.orchestration.ends import verdict_of
from litellm_observatory.orchestration.gate.children import ChildRun
from litellm_observatory.orchestration.history.reports import find_last_passed_report
from litellm_observatory.orchestration.states import message_of

MOST_FINGERPRINTS = 3
"""Kinds of failure told of each suite; the report of its run has all."""
WITH_ITS_GATE, DELETED = "together with its gate", "somebody deleted its run"


class _Said(NamedTuple):
    """What is said of a run's end: with its verdict, as one sentence and in few words, then without it."""

    reason: str
    headline: str
    why: str
    what: str


async def outcomes_of(followed: Mapping[str, ChildRun]) -> list[SuiteOutcome]:
    """What became of each suite, beside its last good run."""
    return [await _outcome(suite, child) for suite, child in followed.items()]


async def _outcome(suite: str, child: ChildRun) -> SuiteOutcome:
    verdict, said = _said(child)
    report = child.report
    judged = report if report and report.findings and report.verdict is verdict else None
    return SuiteOutcome(
        suite=suite,
        verdict=verdict,
        reason=said.reason,
        run_id=str(child.run_id),
        run_url=run_address(child.run_id) if child.run else None,
        page_url=report.page_url if report else None,
        headline=said.headline,
        why=said.why,
        what=said.what,
        remedy=leading(verdict, judged.findings).remedy if judged else "",
        figures=report.figures if report else None,
        last_good=await _last_good(report) if report else None,
        cases=tuple(case for case in report.cases if not case.passed) if report else (),
        omitted_cases=report.omitted.failed_cases if report else 0,
        fingerprints=report.fingerprints[:MOST_FINGERPRINTS] if report else (),
        noted=_noted(report) if report else (),
    )


def _noted(report: Report) -> tuple[str, ...]:
    return tuple(
        finding.sentence
        for finding in report.findings
        if finding.objective == STILL_LISTED and finding.status is Status.VIOLATED and not finding.blocking
    )


def _said(child: ChildRun) -> tuple[Verdict, _Said]:
    """The verdict, and what is said: by the report, where it is that of the run's end; else by its state."""
    if not child.has_ended:
        return _unreported(Verdict.CANCELLED, WITH_ITS_GATE)
    if child.run is None or child.run.state is None:
        return _unreported(Verdict.ERRORED, DELETED)
    state, report = child.run.state, child.report
    verdict = verdict_of(state.type.value, state.name or "", child.run.labels, report)
    if report and report.verdict is verdict:
        return verdict, _Said(report.reason, message_of(report), report.why, report.what)
    said = state.message or f"it ended as {state.name}"
    return verdict, _Said(said, fit_headline(said), said, fit_headline(said))


def _unreported(verdict: Verdict, why: str) -> tuple[Verdict, _Said]:
    said = verdict.sentence(why)
    return verdict, _Said(said, said, why, why)


async def _last_good(report: Report) -> RunMetrics | None:
    """What cannot be read is as good as none: a comparison is not worth a gate."""
    try:
        passed = await find_last_passed_report(report)
    except Exception as error:
        get_run_logger().warning("The last good run of %s could not be read.\n%s", report.suite, trace_of(error))
        return None
    return passed.figures if passed else None
