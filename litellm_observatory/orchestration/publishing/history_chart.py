"""The chart of a gateway's releases: failure rate, latency and overhead of every suite, the oldest run first."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.core.text import make_printable
from litellm_observatory.orchestration.publishing.chart import AMBER, BLUE, INK, RED, data_uri, plain
from litellm_observatory.orchestration.publishing.metrics import OVERHEAD, P95, RATE, Metric

PANELS = ((RATE, "failed"), (P95, "latency p95"), (OVERHEAD, "overhead p95"))
COLOURS = (BLUE, AMBER, "#46954a", "#986ee2", "#1b9aaa", "#cc6b2c", "#c96198", INK, "#9c8250")
STYLES = ("-", "--", ":")
SPREAD = 0.5
"""Of the distance between two runs, over which the dots of a run's suites are spread: equal ones stay visible."""

MOST_OF_A_LABEL = 22
MOST_SUITES = 27
"""Lines that colours and styles can tell apart; further suites stand in the table alone."""


def history_chart(reports: Sequence[Report]) -> str:
    """A PNG data URI: a panel per metric, a line per suite; runs from the oldest on the left to the newest."""
    runs = [{outcome.suite: outcome for outcome in report.suites} for report in reports]
    suites = list(dict.fromkeys(suite for run in reversed(runs) for suite in run))[:MOST_SUITES]
    figure = Figure(figsize=(10, 8), dpi=100, layout="constrained", facecolor="none")
    panels: Sequence[Axes] = figure.subplots(len(PANELS), 1, sharex=True)
    for axes, (metric, label) in zip(panels, PANELS, strict=True):
        for place, suite in enumerate(suites):
            aside = SPREAD * ((place + 0.5) / len(suites) - 0.5)
            _draw(axes, metric, [run.get(suite) for run in runs], aside, *_looks(place))
        axes.set_ylabel(label)
        plain(axes)
        _scale(axes, metric)
    figure.align_ylabels(panels)
    _name_runs(panels[-1], [report.release or "" for report in reports])
    _explain(figure, suites)
    return data_uri(figure)


def _draw(
    axes: Axes, metric: Metric, outcomes: Sequence[SuiteOutcome | None], aside: float, colour: str, style: str
) -> None:
    """A suite's line, over runs without it too; a dot per run, `aside` of the run's place."""
    points = [
        (run + aside, value, outcome.verdict)
        for run, outcome in enumerate(outcomes)
        if outcome and (value := metric.of(outcome.figures)) is not None and (value > 0 or metric is RATE)
    ]
    axes.plot([x for x, _, _ in points], [value for _, value, _ in points], color=colour, ls=style, lw=1.2)
    for dot in {_dot(verdict, colour) for _, _, verdict in points}:
        fill, size = dot
        xs, values, _ = zip(*(point for point in points if _dot(point[2], colour) == dot), strict=True)
        axes.plot(xs, values, "o", ms=size, mec=colour, mfc=fill, mew=1.4, clip_on=False, zorder=3 + size)


def _looks(place: int) -> tuple[str, str]:
    return COLOURS[place % len(COLOURS)], STYLES[place // len(COLOURS) % len(STYLES)]


def _dot(verdict: Verdict, colour: str) -> tuple[str, float]:
    """Fill and size of a run's dot: of the suite's colour for passed, red for failed, hollow for neither."""
    if verdict is Verdict.PASSED:
        return colour, 3.5
    return (RED, 7.5) if verdict is Verdict.FAILED else ("none", 6.5)


def _scale(axes: Axes, metric: Metric) -> None:
    """Shares from zero on; times on a logarithmic axis, for some suites take a hundred times as long as others."""
    if metric is RATE:
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.set_ylim(0, max(0.01, axes.dataLim.y1 if math.isfinite(axes.dataLim.y1) else 0) * 1.1)
        return
    low, high = axes.dataLim.y0, axes.dataLim.y1
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=12))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: metric.show(float(value))))
    axes.yaxis.set_minor_formatter(NullFormatter())
    if math.isfinite(low) and math.isfinite(high):
        axes.set_ylim(low / 1.5, high * 1.5)


def _name_runs(axes: Axes, releases: Sequence[str]) -> None:
    axes.set_xlim(-0.5, len(releases) - 0.5)
    turned = len(releases) > 8
    axes.set_xticks(
        range(len(releases)),
        [_label(release) for release in releases],
        rotation=45 if turned else 0,
        ha="right" if turned else "center",
        rotation_mode="anchor",
        fontsize=8,
        parse_math=False,
    )


def _explain(figure: Figure, suites: Sequence[str]) -> None:
    """The legend: what each line and each dot is."""
    lines = [
        Line2D([], [], color=colour, ls=style, marker="o", ms=3.5)
        for colour, style in map(_looks, range(len(suites)))
    ]
    dots = [
        Line2D([], [], ls="", marker="o", ms=size, mec=INK, mfc=fill, mew=1.4)
        for fill, size in (_dot(verdict, INK) for verdict in (Verdict.FAILED, Verdict.INCONCLUSIVE))
    ]
    names = [*map(_label, suites), "failed", "neither passed nor failed"]
    legend = figure.legend(
        [*lines, *dots], names, loc="outside lower center", ncols=4, frameon=False, fontsize=8, columnspacing=1.5
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
        text.set_color(INK)


def _label(text: str) -> str:
    """A name from outside as a label: one line, in characters that every font has, and short.

    A label that began with an underscore would be left out of a legend.
    """
    line = " ".join(make_printable(text).encode("ascii", "replace").decode("ascii").split()).lstrip("_")
    return line if len(line) <= MOST_OF_A_LABEL else line[: MOST_OF_A_LABEL - 3] + "..."
