"""Reports of runs that judged nothing: refused, invalid, cancelled before the first request, or broken by us."""

from collections.abc import Sequence
from datetime import datetime

from litellm_observatory.core.judging.verdict import Finding, Verdict
from litellm_observatory.core.report.headline import Part, compose
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.run_info import RunInfo, common_fields
from litellm_observatory.core.wire.failures import presentable
from litellm_observatory.core.wire.gateway import PreflightError


def report_without_traffic(
    run: RunInfo,
    verdict: Verdict,
    why: str,
    models: Sequence[str],
    ended_at: datetime,
    what: str = "",
    findings: Sequence[Finding] = (),
) -> Report:
    """The report of a run that ended before anything could be judged."""
    return Report(
        **common_fields(run, ended_at, verdict, why, what),
        gateway_version=run.gateway_version,
        models=tuple(models),
        findings=tuple(findings),
        notes=run.notes,
        versions=run.versions,
        plan=run.plan,
    )


def report_of_refusal(run: RunInfo, models: Sequence[str], refusal: PreflightError, ended_at: datetime) -> Report:
    """The report of a run that must not start."""
    parts = [Part(0, ":", refusal.said)] if refusal.said else []
    if refusal.remedy:
        parts.append(Part(1, f"; {refusal.remedy}"))
    what = compose(Verdict.REFUSED, refusal.what, parts)
    return report_without_traffic(run, Verdict.REFUSED, str(refusal), models, ended_at, what)


def report_of_invalid(run: RunInfo, models: Sequence[str], reason: Finding, ended_at: datetime) -> Report:
    """The report of a run of which nothing can be said, and that was sent nothing."""
    what = compose(Verdict.INVALID, reason.short.what, [Part(1, f"; {reason.remedy}")])
    return report_without_traffic(run, Verdict.INVALID, reason.sentence, models, ended_at, what, [reason])


def report_of_cancel(run: RunInfo, models: Sequence[str], way: str, ended_at: datetime) -> Report:
    """The report of a run that somebody cancelled, by this `way`, before it sent anything."""
    when = "before anything was sent"
    what = compose(Verdict.CANCELLED, when, [Part(0, f", {way}")])
    return report_without_traffic(run, Verdict.CANCELLED, f"{when}, {way}", models, ended_at, what)


def report_of_error(run: RunInfo, models: Sequence[str], error: Exception, secret: str, ended_at: datetime) -> Report:
    """The report of a fault of our own, without the secret."""
    cause = _first_cause(error)
    said = presentable(f"{type(cause).__name__}: {cause}", secret)
    why = f"{said}; this is a fault of the observatory, not of the gateway; its trace is in the log"
    what = compose(Verdict.ERRORED, "a fault of the observatory, not of the gateway", [Part(0, ":", said)])
    return report_without_traffic(run, Verdict.ERRORED, why, models, ended_at, what)


def _first_cause(error: BaseException) -> BaseException:
    """The first real cause inside a group of exceptions."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
