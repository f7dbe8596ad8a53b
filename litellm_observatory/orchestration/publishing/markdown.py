"""The report as markdown: the headline in its first line, then what it rests on."""

from collections.abc import Iterable, Sequence

from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.metrics import ModelStatistics
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.text import list_names, one_line, percent, span
from litellm_observatory.core.wire.request import Level
from litellm_observatory.orchestration.publishing import failures
from litellm_observatory.orchestration.publishing.chart import chart
from litellm_observatory.orchestration.publishing.gates import gate_sections, unpassed
from litellm_observatory.orchestration.publishing.load_test import load_test
from litellm_observatory.orchestration.publishing.markup import link, safe, table
from litellm_observatory.orchestration.publishing.text import (
    details,
    dollars,
    failed,
    failure_rate,
    headline,
    seconds,
    where,
)
from litellm_observatory.orchestration.publishing.timeline import draw_timeline, legend

TIMELINE_CELLS = 60
MOST_FINGERPRINTS = 30
MOST_ROWS = 200
"""Models, and cases, of a table; the result has more of them."""

MOST_TIMELINES = 50
MOST_OF_A_SENTENCE = 4000


def markdown(report: Report) -> str:
    """The whole report; it renders in the Prefect UI without anything from outside."""
    return f"### {safe(headline(report))}\n\n{below_headline(report)}"


def below_headline(report: Report) -> str:
    """The report without its headline; `publishing.html` knows all the markup that stands in it."""
    return "\n\n".join(section for section in _sections(report) if section) + "\n"


def _sections(report: Report) -> Iterable[str]:
    below = (f"- **{safe(name)}**: {_said(text)}" for name, text in details(report, report.findings))
    yield "\n".join([*below, *unpassed(report)])
    yield _facts(report)
    if report.history_url:
        yield link("All releases of this gateway, the newest first", report.history_url)
    if report.plan:
        yield f"Plan: {_said(report.plan)}."
    if report.notes:
        yield "\n".join(f"> {_said(note)}" for note in report.notes)
    yield from gate_sections(report.suites, report.left_out)
    worst = _worst(report)
    omitted = report.omitted
    rest = len(report.model_statistics) - len(worst)
    more = _more(rest, omitted.model_statistics, "models, with no more failures than these")
    if report.windows:
        yield "## Models\n\n" + _models(worst) + more
    if any(model.first_token_seconds.p50 is not None for model in report.model_statistics):
        yield "## Streams\n\n" + _streams(worst) + more
    if report.cases:
        yield "## Requests\n\n" + _cases(report.cases, omitted.cases)
    if report.windows:
        yield "## When\n\n" + _strips(report)
        yield f"![failures and latency over time]({chart(report)})"
    if report.failure_kinds:
        yield "## Failures\n\n" + _failures(report)
    if report.suites:
        yield load_test(report)


def _said(text: str) -> str:
    """A sentence, bounded."""
    return safe(one_line(text, most=MOST_OF_A_SENTENCE))


def _facts(report: Report) -> str:
    facts = [
        ("Suite", report.suite),
        *([("Release", report.release)] if report.release else []),
        ("Gateway", where(report)),
        ("Started", f"{report.started_at:%Y-%m-%d %H:%M:%S %Z}"),
        ("Duration", span(report.duration_seconds)),
    ]
    if report.suites:
        facts.append(("Models", list_names(report.models, besides=report.omitted.models)))
    if report.windows:
        facts.append(("Failure rate (95 % bounds)", failure_rate(report)))
    if report.sent:
        facts += [
            ("Failed", failed(report)),
            ("Rescued by retries or fallbacks", f"{report.rescued:,}"),
            ("Sent", f"{report.sent:,} of {report.due:,} due; {percent(report.observed_fraction)} observed"),
            *(
                [("Not observed", f"{report.not_observed:,}, due while the run was interrupted")]
                * bool(report.not_observed)
            ),
            ("Cost", dollars(report.cost)),
            *([("Connections opened", f"{report.connections_opened:,}")] * bool(report.connections_opened)),
        ]
    if report.windows:
        late = report.lateness_seconds
        facts.append(("Lateness of our client", f"p50 {seconds(late.p50)}, max {seconds(late.max)}"))
    return table(("", ""), facts)


def _models(models: Sequence[ModelStatistics]) -> str:
    return table(
        ("Model", "Requests", "Failures", "Rate (95 % bounds)", "p50", "p95", "p99", "max", "Rescued"),
        (
            (
                model.model,
                f"{model.requests:,}",
                f"{model.failures:,}",
                f"{percent(model.failure_rate)} "
                f"({percent(model.failure_rate_low)} to {percent(model.failure_rate_high)})",
                *(seconds(getattr(model.latency_seconds, name)) for name in ("p50", "p95", "p99", "max")),
                f"{model.rescued:,}",
            )
            for model in models
        ),
    )


def _streams(models: Sequence[ModelStatistics]) -> str:
    """Time to the first token, and the longest gap between two chunks after it."""
    spreads = ((model.model, model.first_token_seconds, model.longest_gap_seconds) for model in models)
    return table(
        ("Model", "First token p50", "p95", "max", "Longest gap p50", "p95", "max"),
        (
            (name, *(seconds(value) for spread in both for value in (spread.p50, spread.p95, spread.max)))
            for name, *both in spreads
        ),
    )


def _cases(cases: Sequence[CaseOutcome], omitted: int) -> str:
    shown = sorted(cases, key=lambda case: case.rank)[:MOST_ROWS] if len(cases) > MOST_ROWS else cases
    rows = table(
        ("Request", "Level", "Outcome", "Attempts", "Latency", "Ids of the failure"),
        (
            (
                case.name,
                case.level,
                _outcome(case),
                " → ".join(case.attempts),
                seconds(case.latency_seconds),
                failures.ids(case.exemplar),
            )
            for case in shown
        ),
    )
    return rows + _more(len(cases) - len(shown), omitted, "requests")


def _worst(report: Report) -> Sequence[ModelStatistics]:
    """The models, or of very many those that failed most."""
    models = report.model_statistics
    return models if len(models) <= MOST_ROWS else sorted(models, key=lambda model: -model.failures)[:MOST_ROWS]


def _more(rest: int, omitted: int, what: str) -> str:
    """How many more there are: the `rest` in the result, and those that are `omitted` from it."""
    where = f"; {rest:,} of them are in the result" if omitted else ", in the result"
    return f"\n\nand {rest + omitted:,} more {what}{where}" if rest + omitted else ""


def _outcome(case: CaseOutcome) -> str:
    """How a case ended, in a word or two."""
    if case.regressed:
        return "lost" if case.skipped else "regressed"
    if case.skipped:
        return "skipped"
    if case.unproven:
        return "proves nothing"
    if not case.passed:
        return "failed" if case.level is Level.MUST else "failed, a should"
    return "rescued" if case.rescued else "passed"


def _strips(report: Report) -> str:
    timelines = (
        (one.model, draw_timeline(report, one.model, TIMELINE_CELLS)) for one in _worst(report)[:MOST_TIMELINES]
    )
    rows = [(model, squares) for model, squares in timelines if squares]
    drawn = table(("Model", "From the first window to the last"), rows)
    return f"{drawn}\n\n{legend(squares for _, squares in rows)}"


def _failures(report: Report) -> str:
    kinds = table(("Kind", "Count"), ((kind, f"{count:,}") for kind, count in report.failure_kinds.items()))
    shown = report.fingerprints[:MOST_FINGERPRINTS]
    prints = "\n".join(failures.items(shown))
    rest = len(report.fingerprints) - len(shown)
    return f"{kinds}\n\n{prints}".rstrip() + _more(rest, report.omitted.fingerprints, "kinds of message")
