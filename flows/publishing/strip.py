"""The strip: one coloured square per window, so that a glance tells when a model failed."""

from collections.abc import Sequence

from suites.report import ModelWindow, Report

CLEAN, SOME, MOST, NOTHING = "🟩", "🟨", "🟥", "⬜"
MOST_SHARE = 0.5
LEGEND = f"{CLEAN} no failure  {SOME} some failed  {MOST} half or more failed  {NOTHING} nothing due yet"


def strip(report: Report, model: str, cells: int) -> str:
    """The squares of one model over the whole run, in at most `cells` squares; a square shows its worst window."""
    own = [part for window in report.windows for part in window.models if part.model == model]
    if not own:
        return ""
    cells = min(cells, len(own))
    bounds = [round(position * len(own) / cells) for position in range(cells + 1)]
    return "".join(_square(own[bounds[i] : bounds[i + 1]]) for i in range(cells))


def _square(windows: Sequence[ModelWindow]) -> str:
    observed = [window for window in windows if window.requests]
    if not observed:
        return NOTHING
    worst = max(window.failures / window.requests for window in observed)
    return CLEAN if worst == 0 else SOME if worst < MOST_SHARE else MOST
