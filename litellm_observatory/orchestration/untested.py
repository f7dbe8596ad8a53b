"""Reports of runs that tested nothing: refused, cancelled before the first request, or broken by a fault of ours."""

from collections.abc import Sequence
from datetime import UTC, datetime

from prefect.logging import get_run_logger

from litellm_observatory.core.judging.verdict import Finding, Verdict
from litellm_observatory.core.report.headline import Part, compose
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.run_info import RunInfo, report_without_traffic
from litellm_observatory.core.wire.failures import presentable, trace_of
from litellm_observatory.core.wire.gateway import PreflightError


def untested(subject: RunInfo, models: Sequence[str], verdict: Verdict, why: str, what: str = "") -> Report:
    """The report of a run that ends now without traffic; `what` is why in a few words."""
    return report_without_traffic(subject, verdict, why, models, datetime.now(UTC), what)


def refused(subject: RunInfo, models: Sequence[str], refusal: PreflightError) -> Report:
    """The report of a run that must not start."""
    parts = [Part(0, ":", refusal.said)] if refusal.said else []
    if refusal.remedy:
        parts.append(Part(1, f"; {refusal.remedy}"))
    what = compose(Verdict.REFUSED, refusal.what, parts)
    return untested(subject, models, Verdict.REFUSED, str(refusal), what)


def report_of_invalid(subject: RunInfo, models: Sequence[str], reason: Finding) -> Report:
    """The report of a run of which nothing can be said, and that was sent nothing."""
    verdict, now = Verdict.INVALID, datetime.now(UTC)
    what = compose(verdict, reason.short.what, [Part(1, f"; {reason.remedy}")])
    return report_without_traffic(subject, verdict, reason.sentence, models, now, what, [reason])


def errored(subject: RunInfo, models: Sequence[str], error: Exception, secret: str) -> Report:
    """The report of a fault of our own; its trace goes to the log, bounded and without the secret."""
    get_run_logger().error("The observatory itself failed.\n%s", trace_of(error, secret))
    cause = _first(error)
    said = presentable(f"{type(cause).__name__}: {cause}", secret)
    why = f"{said}; this is a fault of the observatory, not of the gateway; its trace is in the log"
    what = compose(Verdict.ERRORED, "a fault of the observatory, not of the gateway", [Part(0, ":", said)])
    return untested(subject, models, Verdict.ERRORED, why, what)


def _first(error: BaseException) -> BaseException:
    """The first real cause inside a group of exceptions."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
