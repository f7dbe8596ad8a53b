"""The history of a gateway's releases as markdown: releases down, suites across, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from litellm_observatory.core.report.metrics import RunMetrics
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.text import list_names, shorten
from litellm_observatory.orchestration.publishing.history_chart import history_chart
from litellm_observatory.orchestration.publishing.load_test import load_test
from litellm_observatory.orchestration.publishing.markup import Markup, below, link, safe, table
from litellm_observatory.orchestration.publishing.metrics import OVERHEAD, P95, RATE, Metric
from litellm_observatory.orchestration.publishing.text import MARKS

COLUMNS = (RATE, P95, OVERHEAD)
MOST_OF_A_NAME = 60
MOST_NAMES = 3
MARGIN = 0.1
FEWEST = 100
"""Requests of both runs below which a few answers decide a rate and a 95th percentile, and no trend is shown."""

LEGEND = (
    "Each release: when it was tested, the version that the gateway reported, profile and models. Each cell: the "
    "suite's verdict and failure rate (with shoulds, which fail no run), the 95th percentile of its latency, and "
    f"that of the gateway's overhead. ↑ higher, ↓ lower, → within {100 * MARGIN:.0f} % of the same suite's run below "
    f"it, where both sent {FEWEST} requests. A release tested several times stands there several times; an empty "
    "cell is a suite that was not asked."
)


@dataclass(frozen=True, slots=True)
class Gate:
    """One run of a gate: its report, and where to read it."""

    report: Report
    url: str | None = None

    @property
    def outcomes(self) -> dict[str, SuiteOutcome]:
        """What became of its suites, by their names."""
        return {outcome.suite: outcome for outcome in self.report.suites}


def history(gates: Sequence[Gate]) -> str:
    """The page of one gateway's gates, the newest first; there is at least one."""
    newest = gates[0].report
    chart = history_chart([gate.report for gate in reversed(gates)])
    sections = [
        f"# Releases on gateway {safe(shorten(newest.gateway, most=MOST_OF_A_NAME))}",
        _table(gates),
        LEGEND,
        f"![failure rate, latency and overhead over releases]({chart})",
        load_test(newest),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _table(gates: Sequence[Gate]) -> str:
    suites = list(dict.fromkeys(suite for gate in gates for suite in gate.outcomes))
    rows = [
        (_release(gate), *(_cell(gate.outcomes.get(suite), _before(gates[place + 1 :], suite)) for suite in suites))
        for place, gate in enumerate(gates)
    ]
    return table(("Release", *(shorten(suite, most=MOST_OF_A_NAME) for suite in suites)), rows)


def _release(gate: Gate) -> Markup:
    """Verdict, tag and date of a gate, the tag leading to its report; what it met, and what it asked."""
    report = gate.report
    tag = link(shorten(report.release or "no release", most=MOST_OF_A_NAME), gate.url)
    met = [f"LiteLLM {shorten(report.gateway_version, most=MOST_OF_A_NAME)}"] if report.gateway_version else []
    asked = [report.profile or "chosen suites"]
    if report.models:
        asked.append(list_names(report.models, most=MOST_NAMES, besides=report.omitted.models))
    return below(Markup(f"{MARKS[report.verdict]} {tag}"), f"{report.ended_at:%Y-%m-%d %H:%M}", *met, *asked)


def _before(older: Sequence[Gate], suite: str) -> RunMetrics | None:
    """What the same suite measured the last time before that it measured anything."""
    measured = (outcome.figures for gate in older if (outcome := gate.outcomes.get(suite)) and outcome.figures)
    return next(measured, None)


def _cell(outcome: SuiteOutcome | None, before: RunMetrics | None) -> str:
    if outcome is None:
        return ""
    if outcome.figures is None:
        return f"{MARKS[outcome.verdict]} {outcome.verdict}"
    rate, *times = (column.show(column.of(outcome.figures)) + _trend(column, outcome, before) for column in COLUMNS)
    return below(f"{MARKS[outcome.verdict]} {rate}", *times)


def _trend(column: Metric, outcome: SuiteOutcome, before: RunMetrics | None) -> str:
    """An arrow from the earlier value to this one; nothing where one of them is unknown, or of few requests."""
    now, then = column.of(outcome.figures), column.of(before)
    few = any(figures and figures.requests < FEWEST for figures in (outcome.figures, before))
    if now is None or then is None or few:
        return ""
    if abs(now - then) <= MARGIN * then:
        return " →"
    return " ↑" if now > then else " ↓"
