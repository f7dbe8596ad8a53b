"""The timeline: one coloured square per window, so that a glance tells when a model failed."""

from collections.abc import Iterable, Sequence

from litellm_observatory.core.report.metrics import ModelWindow, WindowStatistics
from litellm_observatory.core.report.report import Report

CLEAN, SOME, MOST, NOTHING, UNSEEN, UNSENT = "🟩", "🟨", "🟥", "⬜", "⬛", "🟦"
MOST_SHARE = 0.5
MEANINGS = {
    CLEAN: "no failure",
    SOME: "some failed",
    MOST: "half or more failed",
    NOTHING: "nothing was due",
    UNSEEN: "not observed",
    UNSENT: "not sent, the run had ended",
}


def draw_timeline(report: Report, model: str, cells: int) -> str:
    """The squares of one model over the whole run, in at most `cells` squares; a square shows its worst window."""
    own = [(window, part) for window in report.windows for part in window.models if part.model == model]
    if not own:
        return ""
    cells = min(cells, len(own))
    bounds = [round(position * len(own) / cells) for position in range(cells + 1)]
    return "".join(_square(own[bounds[i] : bounds[i + 1]], report.ended_early_after_seconds) for i in range(cells))


def legend(timelines: Iterable[str]) -> str:
    """The meanings of the squares in some timelines."""
    seen = set().union(*timelines)
    return "  ".join(f"{square} {meaning}" for square, meaning in MEANINGS.items() if square in seen)


def _square(windows: Sequence[tuple[WindowStatistics, ModelWindow]], ended: float | None) -> str:
    """The worst of some windows: failures before what nobody observed, and that before what was clean.

    The run `ended` early after so many seconds, if it did.
    """
    worst = max((part.failures / part.requests for _, part in windows if part.requests), default=0.0)
    if worst:
        return SOME if worst < MOST_SHARE else MOST
    if any(window.not_observed for window, _ in windows):
        return UNSEEN
    if any(part.requests for _, part in windows):
        return CLEAN
    return UNSENT if ended is not None and windows[0][0].start_seconds >= ended else NOTHING
