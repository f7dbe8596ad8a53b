"""A gate's figures in the format in which LiteLLM publishes a load test with each of its releases."""

from collections.abc import Iterable, Sequence

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.metrics import RunMetrics
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.orchestration.publishing.markup import table
from litellm_observatory.orchestration.publishing.text import MARKS

HEADER = (  # LiteLLM's .github/workflows/interpret_load_test.py
    "Name",
    "Status",
    "Median Response Time (ms)",
    "Average Response Time (ms)",
    "Requests/s",
    "Failures/s",
    "Request Count",
    "Failure Count",
    "Min Response Time (ms)",
    "Max Response Time (ms)",
)

UNKNOWN = "-"
ABOUT = (
    "Status is our verdict; LiteLLM's own asks for a median and an average below 300 ms and less than 5 % failed. "
    "Aggregated: counts are sums, rates are over the time from the first start to the last end, the average is "
    "weighted by requests; a median of all cannot be had from medians. Latencies count from the instant at which a "
    "request was due. Suites that measured nothing are left out."
)


def load_test(report: Report) -> str:
    """The section with the table as a block to copy; empty where no suite measured anything."""
    measured = [(outcome, outcome.figures) for outcome in report.suites if outcome.figures]
    if not measured:
        return ""
    rows = [_row(outcome, figures) for outcome, figures in measured]
    total = _aggregated(report.verdict, [figures for _, figures in measured])
    block = f"## Load Test LiteLLM Proxy Results\n\n{table(HEADER, [*rows, total])}"
    return f"## Load test, as LiteLLM publishes it per release\n\n{ABOUT}\n\n```markdown\n{block}\n```"


def _row(outcome: SuiteOutcome, figures: RunMetrics) -> Sequence[str]:
    latency, lasted = figures.latency_seconds, figures.duration_seconds
    return (
        outcome.suite,
        _status(outcome.verdict),
        _milliseconds(latency.p50),
        _milliseconds(latency.mean),
        _rate(figures.requests, lasted),
        _rate(figures.failures, lasted),
        str(figures.requests),
        str(figures.failures),
        _milliseconds(latency.min),
        _milliseconds(latency.max),
    )


def _aggregated(verdict: Verdict, parts: Sequence[RunMetrics]) -> Sequence[str]:
    """All suites together. Their median is unknown: it does not follow from theirs."""
    starts = [part.started_at.timestamp() for part in parts]
    lasted = max(start + part.duration_seconds for start, part in zip(starts, parts, strict=True)) - min(starts)
    requests, failures = sum(part.requests for part in parts), sum(part.failures for part in parts)
    means = [(part.requests, part.latency_seconds.mean) for part in parts]
    known = [(weight, mean) for weight, mean in means if mean is not None]
    weights = sum(weight for weight, _ in known)
    return (
        "Aggregated",
        _status(verdict),
        UNKNOWN,
        _milliseconds(sum(weight * mean for weight, mean in known) / weights if weights else None),
        _rate(requests, lasted),
        _rate(failures, lasted),
        str(requests),
        str(failures),
        _milliseconds(min(_known(part.latency_seconds.min for part in parts), default=None)),
        _milliseconds(max(_known(part.latency_seconds.max for part in parts), default=None)),
    )


def _status(verdict: Verdict) -> str:
    """`Passed ✅` and `Failed ❌` as LiteLLM has them; what is neither is called what it is."""
    return f"{verdict.capitalize()} {MARKS[verdict]}"


def _rate(count: int, seconds: float) -> str:
    return f"{count / seconds:.4f}" if seconds > 0 else UNKNOWN


def _milliseconds(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else f"{seconds * 1000:.1f}"


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
