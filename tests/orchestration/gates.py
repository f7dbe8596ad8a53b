"""Gates to render: reports with suites, as plain or as hostile as a test wants them."""

from datetime import UTC, datetime, timedelta

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.metrics import Distribution, RunMetrics
from litellm_observatory.core.report.report import Report, SuiteOutcome

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
RUN_URL = "http://127.0.0.1:4200/runs/flow-run/0b7f3a52"
HOSTILE = (
    "a|b *bold* _it_ `code` ~gone~ [x](http://evil) ![i](http://evil) <!channel> <http://evil|click> &amp; <b>\n"
    "# Title\n```\n| row |\n> said $x_1$ \\"
)


def figures(
    requests: int = 1000,
    failures: int = 0,
    p95: float | None = 0.31,
    overhead: float | None = 12.0,
    *,
    at: datetime = AT,
    version: str | None = "1.90.0",
) -> RunMetrics:
    """What a suite measured; latencies in seconds, overhead in milliseconds."""
    latency = (
        Distribution() if p95 is None else Distribution(min=p95 / 4, mean=p95 / 2, p50=p95 / 3, p95=p95, max=p95 * 2)
    )
    return RunMetrics(
        gateway_version=version,
        started_at=at,
        duration_seconds=100,
        requests=requests,
        failures=failures,
        failure_rate=failures / requests,
        rescued=0,
        latency_seconds=latency,
        overhead_ms=Distribution(p95=overhead),
    )


def outcome(
    suite: str,
    verdict: Verdict = Verdict.PASSED,
    measured: RunMetrics | None = None,
    last_good: RunMetrics | None = None,
    *,
    why: str | None = None,
    run_url: str | None = RUN_URL,
) -> SuiteOutcome:
    """What became of a suite."""
    why = f"of {suite}" if why is None else why
    return SuiteOutcome(
        suite=suite,
        verdict=verdict,
        reason=verdict.sentence(why),
        headline=verdict.sentence(why),
        why=why,
        what=why,
        run_url=run_url,
        figures=measured,
        last_good=last_good,
    )


def gate(
    *outcomes: SuiteOutcome,
    release: str | None = "v1.90.0",
    gateway: str = "default",
    verdict: Verdict = Verdict.PASSED,
    reason: str = "Passed: all 2 suites passed, 2,000 requests",
    at: datetime = AT,
    profile: str = "",
    models: tuple[str, ...] = ("gpt-4o-mini", "azure-gpt-4o"),
) -> Report:
    """The report of a gate that ended three hours after `at`."""
    return Report(
        suite="release-gate",
        gateway=gateway,
        gateway_version="1.90.0",
        started_at=at,
        ended_at=at + timedelta(hours=3),
        duration_seconds=10_800,
        models=models,
        requests=2000,
        sent=2000,
        due=2000,
        verdict=verdict,
        reason=reason,
        headline=reason,
        release=release,
        profile=profile,
        suites=outcomes,
    )
