"""Numbers as people read them, the same in the report, the log and Slack."""

from suites.judging.verdict import Verdict
from suites.report import Report
from suites.words import percent

MARKS = {
    Verdict.PASSED: "✅",
    Verdict.FAILED: "❌",
    Verdict.INCONCLUSIVE: "❔",
    Verdict.INVALID: "⚠️",
    Verdict.REFUSED: "⛔",
    Verdict.ERRORED: "💥",
    Verdict.CANCELLED: "🚫",
    Verdict.CRASHED: "🛑",
}


def headline(report: Report) -> str:
    """Verdict, or where it stands among earlier ones, and suite, with the release where it is one's."""
    said = report.alert.course if report.alert else report.verdict
    return f"{MARKS[report.verdict]} {said.capitalize()}: {_tested(report)}"


def summary(report: Report) -> str:
    """Suite, release and verdict's sentence, in one line."""
    return f"{MARKS[report.verdict]} {_tested(report)}: {sentence(report)}"


def _tested(report: Report) -> str:
    return f"{report.suite} {' '.join(report.release.split())}" if report.release else report.suite


def sentence(report: Report) -> str:
    """The verdict's sentence, after that of the alert where there is one."""
    return f"{report.alert.sentence(report.ended_at)} {report.reason}" if report.alert else report.reason


def where(report: Report) -> str:
    """The gateway, the URL where it was overridden, and its version."""
    place = f"{report.gateway} at {report.deployment_url}" if report.deployment_url else report.gateway
    return f"{place}, LiteLLM {report.gateway_version}" if report.gateway_version else place


def failure_rate(report: Report) -> str:
    """The observed rate of a soak with its bounds, the bare count of a suite of cases."""
    if not report.windows:
        return f"{report.failures:,} of {report.requests:,}"
    low, high = percent(report.failure_rate_low), percent(report.failure_rate_high)
    return f"{percent(report.failure_rate)} ({low} to {high})"


def seconds(value: float | None) -> str:
    """A latency: three significant digits, or a dash where too few requests tell."""
    if value is None:
        return "–"
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s" if value < 100 else f"{value:.0f} s"


def milliseconds(value: float | None) -> str:
    """An overhead, given in milliseconds, as latencies are told."""
    return seconds(None if value is None else value / 1000)


def dollars(value: float | None) -> str:
    """A cost, or that the gateway never told one."""
    if value is None:
        return "not told by the gateway"
    return f"${value:,.2f}" if value >= 1 else f"${value:.6f}"
