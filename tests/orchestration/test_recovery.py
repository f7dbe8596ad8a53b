"""What a run that ended without a verdict needs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed

from flows.recovery import recovery
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.names import CONTROL_TAG
from litellm_observatory.orchestration.recovery.policy import MOST_RESUMPTIONS, RecoveryAction, decide
from tests.orchestration.conftest import Observatory

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
        (RUNS, RecoveryAction.NOTHING),
        ((*RUNS, "Completed"), RecoveryAction.NOTHING),
        ((*RUNS, "Crashed"), RecoveryAction.RESUME),
        (("Scheduled", "Pending", "Crashed"), RecoveryAction.RESUME),
        ((*RUNS, *CRASHES), RecoveryAction.NOTHING),
        ((*RUNS, *CRASHES * MOST_RESUMPTIONS, "Crashed"), RecoveryAction.GIVE_UP),
        (
            ("Scheduled", "Pending", *("Crashed", "AwaitingRetry", "Pending") * MOST_RESUMPTIONS, "Crashed"),
            RecoveryAction.GIVE_UP,
        ),
        # A worker may report the crash of one attempt once more while the next is on its way.
        ((*RUNS, *CRASHES, *CRASHES[:3], "Crashed", "Pending", "Running", "Crashed"), RecoveryAction.RESUME),
        ((*RUNS, "Cancelling", "Crashed"), RecoveryAction.TELL_CANCELLED),
        ((*RUNS, "Cancelling", "Crashed", "Crashed"), RecoveryAction.TELL_CANCELLED),
        ((*RUNS, "Cancelling", "Cancelled"), RecoveryAction.TELL_CANCELLED),
        (("Scheduled", "Cancelled"), RecoveryAction.TELL_CANCELLED),
        ((*RUNS, "Duplicate"), RecoveryAction.NOTHING),
        ((), RecoveryAction.NOTHING),
    ],
)
def test_a_run_gets_the_care_that_its_states_ask_for(seen: tuple[str, ...], care: RecoveryAction) -> None:
    assert decide(states(*seen), deployed=True, told=None) is care


def test_a_run_that_no_worker_starts_is_given_up_at_once() -> None:
    assert decide(states(*RUNS, "Crashed"), deployed=False, told=None) is RecoveryAction.GIVE_UP


@pytest.mark.parametrize("end", [("Cancelling", "Cancelled"), ("Cancelling", "Crashed")])
def test_a_cancellation_that_was_told_is_not_told_again(end: tuple[str, ...]) -> None:
    assert decide(states(*RUNS, *end), deployed=True, told=Verdict.CANCELLED) is RecoveryAction.NOTHING


def test_a_run_that_was_given_up_and_told_so_is_left_alone() -> None:
    crashed = states(*RUNS, *CRASHES * MOST_RESUMPTIONS, "Crashed")
    assert decide(crashed, deployed=True, told=Verdict.CRASHED) is RecoveryAction.NOTHING


def test_a_crash_after_the_verdict_was_told_is_taken_up_so_that_the_verdict_becomes_the_state() -> None:
    assert decide(states(*RUNS, "Crashed"), deployed=True, told=Verdict.PASSED) is RecoveryAction.RESUME


async def test_a_pass_removes_earlier_ones_that_had_nothing_to_do_and_no_others(observatory: Observatory) -> None:
    """288 passes a day must not hide the tests among them."""
    async with get_client() as prefect:

        async def ended(state: State[None], tag: str) -> UUID:
            return (await prefect.create_flow_run(recovery, state=state, tags=[tag])).id

        idle = [await ended(Completed(name="Idle", message="nothing to do"), CONTROL_TAG) for _ in range(3)]
        busy = await ended(Completed(message="run x is reported to Slack"), CONTROL_TAG)
        strange = await ended(Completed(name="Idle"), "of somebody else")

        last = await observatory.run(recovery)

        assert last.state.name in {"Idle", "Completed"}  # other tests may have left something to do
        left = [run for run in (*idle, busy, strange, last.id) if await is_there(prefect, run)]
        assert left == [busy, strange, last.id]


async def is_there(prefect: PrefectClient, run_id: UUID) -> bool:
    """Whether the server still has a run."""
    try:
        await prefect.read_flow_run(run_id)
    except ObjectNotFound:
        return False
    return True
