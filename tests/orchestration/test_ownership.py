"""Whose a run is: looked at again and again, and acted upon."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import Abort, TerminationSignal

from litellm_observatory.names import CANCELLED_BY_LABEL, Canceller
from litellm_observatory.orchestration import ownership
from litellm_observatory.orchestration.ownership import LEASE_SECONDS, CancelledRunError, Ownership
from tests.clock import VirtualLoop


class Server:
    """Answers with one run, or not at all."""

    def __init__(
        self,
        kind: StateType = StateType.RUNNING,
        run_count: int = 1,
        message: str | None = None,
        cancelled_by: Canceller | None = None,
    ) -> None:
        self.kind, self.run_count, self.message = kind, run_count, message
        self.labels: dict[str, Any] = {CANCELLED_BY_LABEL: cancelled_by} if cancelled_by else {}
        self.set: State[Any] | None = None
        self.away = False
        self.asked = 0

    async def read_flow_run(self, run_id: UUID) -> FlowRun:
        self.asked += 1
        if self.away:
            raise httpx.ConnectError("away")
        state: State[Any] = State(type=self.kind, message=self.message)
        if self.set and self.set.type is self.kind:
            state = self.set
        return FlowRun(id=run_id, flow_id=uuid4(), run_count=self.run_count, state=state, labels=self.labels)

    async def set_flow_run_state(self, run_id: UUID, state: State[Any]) -> SimpleNamespace:
        self.run_count += 1  # as the server counts every start
        self.kind, self.message = state.type, state.message
        self.set = State(type=state.type, message=state.message)  # the server gives it an id of its own
        return SimpleNamespace(state=self.set)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": VirtualLoop}


def owner(server: Server, attempt: int = 1) -> Ownership:
    return Ownership(cast(PrefectClient, server), uuid4(), attempt)


async def for_ever() -> None:
    await asyncio.Event().wait()


async def test_a_run_that_is_ours_may_send() -> None:
    assert await owner(Server()).may_send()


@pytest.mark.parametrize(
    "server",
    [
        Server(run_count=2),
        Server(StateType.CRASHED),
        Server(StateType.SCHEDULED),
        Server(StateType.PENDING),
        Server(StateType.CANCELLING),
    ],
)
async def test_a_run_in_other_hands_or_cancelled_sends_no_window(server: Server) -> None:
    assert not await owner(server).may_send()


async def test_a_server_that_is_away_stops_nobody_for_as_long_as_nobody_else_can_own_the_run() -> None:
    server = Server()
    ours = owner(server)
    server.away = True
    await asyncio.sleep(LEASE_SECONDS - 1)
    assert await ours.may_send()
    await asyncio.sleep(2)
    assert not await ours.may_send()
    server.away = False
    assert await ours.may_send()


async def test_a_server_that_hangs_delays_no_window_beyond_its_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    monkeypatch.setattr(server, "read_flow_run", lambda run_id: for_ever())
    began = asyncio.get_running_loop().time()
    assert await owner(server).may_send()
    assert asyncio.get_running_loop().time() - began == pytest.approx(ownership.ANSWER_SECONDS)


async def test_work_is_dropped_without_touching_the_state_once_the_run_is_in_other_hands() -> None:
    server = Server()
    ours = owner(server)
    asyncio.get_running_loop().call_later(10, setattr, server, "run_count", 2)
    with pytest.raises(Abort):
        await ours.hold(for_ever())
    assert asyncio.get_running_loop().time() < 13


async def test_a_cancelled_run_says_so_within_five_seconds_and_by_which_way() -> None:
    server = Server(message="the night shift")
    ours = owner(server)
    asyncio.get_running_loop().call_later(10, setattr, server, "kind", StateType.CANCELLING)

    async def work() -> str:
        with pytest.raises(CancelledRunError) as cancelled:
            await ours.unless_cancelled(for_ever())
        return str(cancelled.value)

    assert await ours.hold(work()) == "by the night shift"
    assert asyncio.get_running_loop().time() < 15


@pytest.mark.parametrize("message", [None, "x", "by the night shift"])
async def test_who_of_ours_cancelled_is_told_by_a_label_and_not_by_the_states_words(message: str | None) -> None:
    ours = owner(Server(StateType.CANCELLING, message=message, cancelled_by=Canceller.GATE))
    await ours.look()
    assert ours.why == "by its release gate, which has ended"


async def test_a_process_asked_to_end_looks_why_at_once_and_goes_on_when_the_run_was_cancelled() -> None:
    server = Server(StateType.CANCELLING)
    ours = owner(server)
    asyncio.get_running_loop().call_later(0.5, ours.terminate)

    async def work() -> str:
        await ours.cancelled.wait()
        await asyncio.sleep(10)  # the report is published
        return "published"

    assert await ours.hold(work()) == "published"
    assert ours.why == "in the Prefect UI or through its API"


async def test_a_process_asked_to_end_though_nobody_cancelled_the_run_ends_as_crashed() -> None:
    ours = owner(Server())
    asyncio.get_running_loop().call_later(0.5, ours.terminate)
    with pytest.raises(TerminationSignal):
        await ours.hold(for_ever())
    assert asyncio.get_running_loop().time() < 1


async def test_a_pause_is_refused_with_a_sentence_and_the_run_goes_on() -> None:
    server = Server()
    ours = owner(server)
    asyncio.get_running_loop().call_later(1, setattr, server, "kind", StateType.PAUSED)

    async def work() -> str:
        await asyncio.sleep(10)
        return "sent"

    assert await ours.hold(work()) == "sent"
    assert server.kind is StateType.RUNNING
    assert "cannot be paused" in (server.message or "")
    assert await ours.may_send()


async def test_a_refused_pause_is_known_whatever_its_sentence() -> None:
    server = Server(StateType.PAUSED)
    ours = owner(server)
    await ours.look()
    assert server.set
    server.set.message = "reworded"
    assert await ours.may_send()


async def test_a_run_that_somebody_else_set_running_is_not_taken_for_a_refused_pause() -> None:
    server = Server(StateType.PAUSED)
    ours = owner(server)
    await ours.look()
    server.set, server.run_count = None, 3
    assert not await ours.may_send()


async def test_a_run_that_was_paused_and_is_in_other_hands_is_left_to_them() -> None:
    server = Server(StateType.PAUSED, run_count=2)
    assert not await owner(server).may_send()
    assert server.kind is StateType.PAUSED


async def test_what_the_work_raises_comes_through() -> None:
    async def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await owner(Server()).hold(work())
