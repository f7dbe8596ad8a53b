"""The strip: one coloured square per window, so that a glance tells when a model failed."""

from collections.abc import Sequence

from suites.measured import ModelWindow, WindowStatistics
from suites.report import Report

CLEAN, SOME, MOST, NOTHING, UNSEEN = "🟩", "🟨", "🟥", "⬜", "⬛"
MOST_SHARE = 0.5
LEGEND = (
    f"{CLEAN} no failure  {SOME} some failed  {MOST} half or more failed  {NOTHING} nothing due yet  "
    f"{UNSEEN} not observed"
)


def strip(report: Report, model: str, cells: int) -> str:
    """The squares of one model over the whole run, in at most `cells` squares; a square shows its worst window."""
    own = [(window, part) for window in report.windows for part in window.models if part.model == model]
    if not own:
        return ""
    cells = min(cells, len(own))
    bounds = [round(position * len(own) / cells) for position in range(cells + 1)]
    return "".join(_square(own[bounds[i] : bounds[i + 1]]) for i in range(cells))


def _square(windows: Sequence[tuple[WindowStatistics, ModelWindow]]) -> str:
    """The worst of some windows: failures before what nobody observed, and that before what was clean."""
    worst = max((part.failures / part.requests for _, part in windows if part.requests), default=0.0)
    if worst:
        return SOME if worst < MOST_SHARE else MOST
    if any(window.not_observed for window, _ in windows):
        return UNSEEN
    return CLEAN if any(part.requests for _, part in windows) else NOTHING
