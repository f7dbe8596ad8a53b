"""The timeline: what each square says of its windows, and a legend of those that stand in it."""

from datetime import UTC, datetime

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.metrics import Distribution, ModelWindow, WindowStatistics
from litellm_observatory.core.report.report import Report
from litellm_observatory.orchestration.publishing.timeline import draw_timeline, legend

AT = datetime(2026, 11, 28, tzinfo=UTC)


def report(*windows: tuple[int, int, int], ended: float | None = None) -> Report:
    """A run of one model: of each minute the requests, failures and those that nobody observed."""
    return Report(
        suite="soak",
        gateway="default",
        started_at=AT,
        ended_at=AT,
        duration_seconds=60.0 * len(windows),
        verdict=Verdict.FAILED,
        reason="",
        ended_early_after_seconds=ended,
        windows=tuple(
            WindowStatistics(
                index=index,
                start_seconds=60.0 * index,
                requests=requests,
                failures=failures,
                not_observed=unseen,
                latency_seconds=Distribution(),
                models=(ModelWindow(model="m", requests=requests, failures=failures),),
            )
            for index, (requests, failures, unseen) in enumerate(windows)
        ),
    )


def test_a_square_shows_the_worst_of_its_windows() -> None:
    windows = ((9, 0, 0), (9, 1, 0), (9, 5, 0), (0, 0, 9), (0, 0, 0))
    assert draw_timeline(report(*windows), "m", cells=5) == "🟩🟨🟥⬛⬜"
    assert draw_timeline(report(*windows), "m", cells=2) == "🟨🟥"
    assert draw_timeline(report(*windows), "another", cells=5) == ""


def test_what_was_never_sent_since_the_run_had_ended_is_not_what_was_never_due() -> None:
    windows = ((9, 0, 0), (0, 0, 0), (9, 9, 0), (0, 0, 0), (0, 0, 0))
    assert draw_timeline(report(*windows, ended=130.0), "m", cells=5) == "🟩⬜🟥🟦🟦"


def test_the_legend_explains_the_squares_that_are_there() -> None:
    assert legend(["🟩🟩", "🟩🟦"]) == "🟩 no failure  🟦 not sent, the run had ended"
    assert legend([]) == ""
