"""Reports of runs that tested nothing: refused, cancelled before the first request, or broken by a fault of ours."""

from collections.abc import Sequence
from datetime import UTC, datetime

from prefect.logging import get_run_logger

from suites.judging.verdict import Verdict
from suites.report import Report
from suites.reporting import Subject, report_without_traffic
from suites.wire.failures import presentable, trace_of


def untested(subject: Subject, models: Sequence[str], verdict: Verdict, reason: str) -> Report:
    """The report of a run that ends now without traffic."""
    return report_without_traffic(subject, verdict, reason, models, datetime.now(UTC))


def errored(subject: Subject, models: Sequence[str], error: Exception, secret: str) -> Report:
    """The report of a fault of our own; its trace goes to the log, bounded and without the secret."""
    get_run_logger().error("The observatory itself failed.\n%s", trace_of(error, secret))
    cause = _first(error)
    why = presentable(f"{type(cause).__name__}: {cause}", secret)
    reason = f"Errored: {why}; this is a fault of the observatory, not of the gateway; its trace is in the log"
    return untested(subject, models, Verdict.ERRORED, reason)


def _first(error: BaseException) -> BaseException:
    """The first real cause inside a group of exceptions."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
