"""How far a run is: by time where it has a schedule, else by its requests; and it is read as it was published."""

from datetime import UTC, datetime, timedelta

import pytest

from litellm_observatory.core.report.progress import MOST_OF_A_TEXT, Progress
from tests.hostile import HOSTILE

BEGAN = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "share"), [(-5, 0), (0, 0), (75, 0.25), (300, 1), (420, 1)])
def test_a_run_with_a_schedule_is_as_far_as_its_time(seconds: float, share: float) -> None:
    """A clock of another host may be behind, and the last answers come after the last request is due."""
    progress = Progress(began=BEGAN, seconds=300, due=100, sent=90)
    assert progress.share(BEGAN + timedelta(seconds=seconds)) == share


def test_a_run_without_a_schedule_is_as_far_as_its_requests() -> None:
    later = BEGAN + timedelta(hours=1)
    assert Progress(began=BEGAN, due=8, sent=2).share(later) == 0.25
    assert Progress(began=BEGAN).share(later) == 0


@pytest.mark.parametrize("seconds", [None, 300.5])
def test_what_is_published_is_what_is_read(seconds: float | None) -> None:
    progress = Progress(began=BEGAN, seconds=seconds, due=100, sent=90, failed=3, said="gpt-a: 500: upstream")
    assert Progress.read(progress.as_fields()) == progress


@pytest.mark.parametrize("said", [*HOSTILE, "x " * 1000], ids=lambda said: repr(said)[:20])
def test_a_field_is_what_a_server_takes(said: str) -> None:
    told = Progress(began=BEGAN, said=said).as_fields()["said"]
    assert len(told) <= MOST_OF_A_TEXT
    assert told.isprintable()


@pytest.mark.parametrize("stored", [None, {}, {"began": "yesterday"}, {"began": str(BEGAN), "sent": "many"}])
def test_what_an_older_or_a_foreign_flow_left_is_no_progress(stored: dict[str, str] | None) -> None:
    assert Progress.read(stored) is None
