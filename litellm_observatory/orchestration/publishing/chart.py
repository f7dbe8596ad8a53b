"""The chart of failures and latency over time, as a picture that stands inside a markdown text."""

import base64
import io

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from litellm_observatory.core.report.report import Report

SECONDS_SHOWN_AS_MINUTES = 600

INK, RED, BLUE, AMBER = "#8b949e", "#e5534b", "#3f8cdb", "#c69026"
"""Colours that are seen on white paper and on a dark page: a chart has no ground of its own."""


def chart(report: Report) -> str:
    """A PNG data URI: the share of failed requests per window above, median and 95th percentile below."""
    minutes = report.duration_seconds > SECONDS_SHOWN_AS_MINUTES
    unit = 60 if minutes else 1
    width = _window_seconds(report) / unit
    starts = [window.start_seconds / unit for window in report.windows]
    figure = Figure(figsize=(9, 4.2), dpi=100, layout="constrained", facecolor="none")
    above, below = figure.subplots(2, 1, sharex=True)

    shares = [window.failures / max(1, window.requests) for window in report.windows]
    above.bar(starts, shares, width=width, align="edge", color=RED, label="failed")
    above.yaxis.set_major_formatter(PercentFormatter(1.0))
    above.set(ylabel="failed", ylim=(0, max(0.05, *shares) * 1.1))

    middles = [start + width / 2 for start in starts]
    for quantile, colour in (("p50", BLUE), ("p95", AMBER)):
        seconds = [getattr(window.latency_seconds, quantile) for window in report.windows]
        known = [value if value is not None else float("nan") for value in seconds]
        below.plot(middles, known, color=colour, label=quantile, marker="." if len(known) < 60 else "")
    below.set(ylabel="latency", xlabel="minutes" if minutes else "seconds")
    below.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} s"))
    below.set_ylim(bottom=0)
    below.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False, ncols=2, borderpad=0, labelcolor=INK)
    for axes in (above, below):
        plain(axes)
    return data_uri(figure)


def plain(axes: Axes) -> None:
    """Axes without a frame and a ground, in ink that is read on any page."""
    axes.set_facecolor("none")
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(INK)
    axes.grid(axis="y", color=INK, alpha=0.3)
    axes.tick_params(which="both", colors=INK)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_color(INK)


def data_uri(figure: Figure) -> str:
    """A figure as a PNG data URI."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return f"data:image/png;base64,{base64.b64encode(picture.getvalue()).decode('ascii')}"


def _window_seconds(report: Report) -> float:
    """The length of a window, from the distance of the first two."""
    if len(report.windows) < 2:
        return max(1.0, report.duration_seconds)
    return report.windows[1].start_seconds - report.windows[0].start_seconds
