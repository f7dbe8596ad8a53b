"""What a run that ended without a verdict needs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.client.schemas.objects import State, StateType

from flows.care import MOST_RESUMPTIONS, Care, care_for
from suites.judging.verdict import Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)


def states(*names: str) -> Sequence[State[Any]]:
    """States with these names, one second apart."""
    kinds = {"Duplicate": StateType.CANCELLED, "AwaitingRetry": StateType.SCHEDULED}
    return [
        State(type=kinds.get(name) or StateType(name.upper()), name=name, timestamp=START + timedelta(seconds=i))
        for i, name in enumerate(names)
    ]


RUNS = ("Scheduled", "Pending", "Running")
CRASHES = ("Crashed", "AwaitingRetry", "Pending", "Running")


@pytest.mark.parametrize(
    ("seen", "care"),
    [
        (RUNS, Care.NOTHING),
        ((*RUNS, "Completed"), Care.NOTHING),
        ((*RUNS, "Crashed"), Care.RESUME),
        (("Scheduled", "Pending", "Crashed"), Care.RESUME),
        ((*RUNS, *CRASHES), Care.NOTHING),
        ((*RUNS, *CRASHES * MOST_RESUMPTIONS, "Crashed"), Care.GIVE_UP),
        (
            ("Scheduled", "Pending", *("Crashed", "AwaitingRetry", "Pending") * MOST_RESUMPTIONS, "Crashed"),
            Care.GIVE_UP,
        ),
        ((*RUNS, "Cancelling", "Crashed"), Care.TELL_CANCELLED),
        ((*RUNS, "Cancelling", "Crashed", "Crashed"), Care.TELL_CANCELLED),
        ((*RUNS, "Cancelling", "Cancelled"), Care.TELL_CANCELLED),
        (("Scheduled", "Cancelled"), Care.TELL_CANCELLED),
        ((*RUNS, "Duplicate"), Care.NOTHING),
        ((), Care.NOTHING),
    ],
)
def test_a_run_gets_the_care_that_its_states_ask_for(seen: tuple[str, ...], care: Care) -> None:
    assert care_for(states(*seen), deployed=True, told=None) is care


def test_a_run_that_no_worker_starts_is_given_up_at_once() -> None:
    assert care_for(states(*RUNS, "Crashed"), deployed=False, told=None) is Care.GIVE_UP


@pytest.mark.parametrize("end", [("Cancelling", "Cancelled"), ("Cancelling", "Crashed")])
def test_a_cancellation_that_was_told_is_not_told_again(end: tuple[str, ...]) -> None:
    assert care_for(states(*RUNS, *end), deployed=True, told=Verdict.CANCELLED) is Care.NOTHING


def test_a_run_that_was_given_up_and_told_so_is_left_alone() -> None:
    crashed = states(*RUNS, *CRASHES * MOST_RESUMPTIONS, "Crashed")
    assert care_for(crashed, deployed=True, told=Verdict.CRASHED) is Care.NOTHING


def test_a_crash_after_the_verdict_was_told_is_taken_up_so_that_the_verdict_becomes_the_state() -> None:
    assert care_for(states(*RUNS, "Crashed"), deployed=True, told=Verdict.PASSED) is Care.RESUME
