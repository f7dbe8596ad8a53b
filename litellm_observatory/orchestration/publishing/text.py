"""Numbers as people read them, the same in the report, the log and Slack."""

from collections.abc import Sequence

from litellm_observatory.core.judging.verdict import Finding, Verdict
from litellm_observatory.core.report.headline import by_severity
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.text import percent
from litellm_observatory.orchestration.states import message_of

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
    """The verdict's sign and the report's headline."""
    return f"{MARKS[report.verdict]} {message_of(report)}"


def summary(report: Report) -> str:
    """Suite and headline, in one line."""
    return f"{MARKS[report.verdict]} {report.suite}: {message_of(report)}"


def details(report: Report, findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """What stands below a headline, each with a name: the alert, some of the findings, else the whole sentence.

    The suites of a gate are no findings here.
    """
    suites = {outcome.suite for outcome in report.suites}
    lines = [("alert", report.alert.sentence(report.ended_at))] if report.alert else []
    lines += [(one.objective, _found(one)) for one in by_severity(findings) if one.objective not in suites]
    if not report.findings and not report.suites and report.reason != report.headline:
        lines.append(("in full", report.reason))
    return lines


def open_suites(report: Report) -> list[tuple[SuiteOutcome, str]]:
    """The suites of a gate that did not pass, each with why and what to do next."""
    others = [outcome for outcome in report.suites if outcome.verdict is not Verdict.PASSED]
    return [(one, f"{MARKS[one.verdict]} {one.reason}{_next(one.remedy, one.reason)}") for one in others]


def _found(finding: Finding) -> str:
    advisory = "" if finding.blocking else " (advisory)"
    return f"{finding.status.label}{advisory}: {finding.sentence}{_next(finding.remedy, finding.sentence)}"


def _next(remedy: str, sentence: str) -> str:
    """What to do next, where a sentence does not say so already."""
    return f" → {remedy}" if remedy and remedy not in sentence else ""


def where(report: Report) -> str:
    """The gateway, the URL where it was overridden, and its version."""
    place = f"{report.gateway} at {report.deployment_url}" if report.deployment_url else report.gateway
    return f"{place}, LiteLLM {report.gateway_version}" if report.gateway_version else place


def failed(report: Report) -> str:
    """How many of a run's requests failed."""
    return f"{report.failures:,} of {report.requests:,}{shoulds(report.failures, report.failed_shoulds)}"


def shoulds(failures: int, advisory: int) -> str:
    """What stands behind a count of failures of which so many are shoulds; empty where none is."""
    if not advisory:
        return ""
    some = "" if advisory == failures else f"{advisory:,} of them "
    return (
        f", {some}a should, which fails no run" if advisory == 1 else f", {some or 'all '}shoulds, which fail no run"
    )


def failure_rate(report: Report) -> str:
    """The observed failure rate of a soak with its bounds."""
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
        return "not reported by the gateway"
    return f"${value:,.2f}" if value >= 1 else f"${value:.6f}"
