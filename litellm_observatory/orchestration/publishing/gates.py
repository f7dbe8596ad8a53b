"""A gate's suites: a table in the report, a line each in Slack."""

from collections.abc import Iterable, Iterator, Sequence

from slack_sdk.models.blocks import SectionBlock

from litellm_observatory.core.gate.headline import without_verdict
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.metrics import RunMetrics
from litellm_observatory.core.report.report import LeftOut, Report, SuiteOutcome
from litellm_observatory.core.text import count_cases, shorten
from litellm_observatory.orchestration.publishing import failures, mrkdwn
from litellm_observatory.orchestration.publishing.markup import below, link, safe, table
from litellm_observatory.orchestration.publishing.metrics import FAILED, RATE, REQUESTS, TIMES, Metric
from litellm_observatory.orchestration.publishing.text import MARKS, open_suites, shoulds

GATE_FIELD_LIMIT = 400
LINES_LIMIT = 5000
"""Characters of all lines together, so that with them a message stays below what Slack takes."""

MOST_OF_A_NAME, MOST_OF_A_REASON = 80, 200


def gate_sections(outcomes: Sequence[SuiteOutcome], left_out: Sequence[LeftOut] = ()) -> Iterable[str]:
    """What the report says of a gate's suites: each beside its last good run, and what was not tested."""
    if outcomes:
        header = ("Suite", "Verdict", FAILED.name, *(time.name for time in TIMES), "Last passed run")
        yield f"## Suites\n\n{table(header, map(_row, outcomes))}\n\nIn brackets: what the last passed run measured."
    if untested := [f"- **{safe(suite)}**: {safe(why)}" for suite, why in _untested(outcomes, left_out)]:
        yield "## What was not tested\n\n" + "\n".join(untested)


def unpassed(report: Report) -> Iterator[str]:
    """The suites that did not pass as items of a list, each with why, what to do next, and requests that failed."""
    for outcome, said in open_suites(report):
        yield f"- **{safe(outcome.suite)}**: {safe(said)}"
        yield from failures.items(outcome.fingerprints, indent="    ")


def _untested(outcomes: Sequence[SuiteOutcome], left_out: Sequence[LeftOut]) -> Iterator[tuple[str, str]]:
    """Suites that were left out and cases that were skipped, lost or prove nothing, each with its reason."""
    yield from ((left.suite, f"left out, {left.reason}") for left in left_out)
    for outcome in outcomes:
        for why, count in outcome.accepted.items():
            yield outcome.suite, f"{count_cases(count)} lost, accepted: {why}"
        for why, count in outcome.skipped.items():
            yield outcome.suite, f"{count_cases(count)} skipped, {why}"
        for why, count in outcome.unproven.items():
            yield outcome.suite, f"{count_cases(count)} proving nothing, {why}"


def _row(outcome: SuiteOutcome) -> Sequence[str]:
    return (
        link(outcome.suite, outcome.address),
        f"{MARKS[outcome.verdict]} {outcome.verdict}",
        below(
            *_failed(outcome.figures, outcome.failed_shoulds), *(f"({line})" for line in _failed(outcome.last_good))
        ),
        *(_compared(time, outcome.figures, outcome.last_good) for time in TIMES),
        _when(outcome.last_good),
    )


def _failed(figures: RunMetrics | None, advisory: int = 0) -> tuple[str, ...]:
    """How many requests failed, and the share of all that is; nothing where nothing was measured."""
    if figures is None:
        return ()
    counted = f"{FAILED.show(figures.failures)} of {REQUESTS.show(figures.requests)}"
    return (f"{counted}, {RATE.show(figures.failure_rate)}{shoulds(figures.failures, advisory)}",)


def _compared(time: Metric, figures: RunMetrics | None, last_good: RunMetrics | None) -> str:
    """A time and, in brackets, that of the last good run and by how much it changed."""
    now, before = time.of(figures), time.of(last_good)
    if last_good is None:
        return time.show(now)
    change = f", {round(100 * (now / before - 1)):+,} %" if now is not None and before else ""
    return below(time.show(now), f"({time.show(before)}{change})")


def _when(figures: RunMetrics | None) -> str:
    if figures is None:
        return "none"
    version = [f"LiteLLM {figures.gateway_version}"] * bool(figures.gateway_version)
    return below(f"{figures.started_at:%Y-%m-%d %H:%M}", *version)


def gate_blocks(outcomes: Sequence[SuiteOutcome], left_out: Sequence[LeftOut] = ()) -> list[SectionBlock]:
    """A line per suite in Slack, those that did not pass first, then what was not tested; within Slack's limits."""
    lines = [_line(outcome) for outcome in sorted(outcomes, key=lambda outcome: outcome.verdict is Verdict.PASSED)]
    lines += [f"⏭️ {_one_line(suite)}: {_one_line(why)}" for suite, why in _untested(outcomes, left_out)]
    return mrkdwn.sections(lines, LINES_LIMIT, "suite")


def _line(outcome: SuiteOutcome) -> str:
    name = mrkdwn.link(shorten(outcome.suite, most=MOST_OF_A_NAME), outcome.address)
    line = f"{MARKS[outcome.verdict]} {name} {outcome.verdict}"
    if outcome.figures:
        line += f": {_measured(outcome.figures, outcome.failed_shoulds)}"
    if outcome.verdict is Verdict.PASSED:
        return line
    remedy = f" → {outcome.remedy}" if outcome.remedy else ""
    line += f"\n> {_one_line(without_verdict(outcome) + remedy)}"
    first = next((exemplar for seen in outcome.fingerprints for exemplar in seen.exemplars), None)
    return f"{line}\n> {_one_line(str(first))}" if first else line


def _one_line(text: str) -> str:
    return mrkdwn.escaped(shorten(" ".join(text.split()), most=MOST_OF_A_REASON)) or mrkdwn.NOTHING


def _measured(figures: RunMetrics, advisory: int) -> str:
    requests, failed, rate = (column.show(column.of(figures)) for column in (REQUESTS, FAILED, RATE))
    times = (f", {time.name.lower()} {time.show(value)}" for time in TIMES if (value := time.of(figures)) is not None)
    return f"{requests} requests, {failed} failed ({rate}){shoulds(figures.failures, advisory)}{''.join(times)}"
