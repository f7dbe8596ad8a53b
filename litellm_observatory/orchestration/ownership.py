"""Ownership: whether this process may go on with its run, asked of the server again and again.

A run that was called crashed by mistake is taken up by a second process while the first still sends. So a process
looks at its run before each window and every two seconds, and goes on only while the run is in its hands.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, TerminationSignal
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Running

from litellm_observatory.orchestration.ends import who_cancelled

POLL_SECONDS = 2.0
"""Between two looks: somebody who cancels a run sees it stop within five seconds."""

ANSWER_SECONDS = 1.5
"""Longest wait for one look: shorter than the lead of a window."""

LEASE_SECONDS = 540.0
"""So long a process may go on without an answer; a run is called a zombie only after 600 s (see automations)."""

CANCELS = {StateType.CANCELLING, StateType.CANCELLED}

NO_PAUSE = "A test cannot be paused, for its schedule stands still for nobody: it goes on. To end it, cancel it."
Result = TypeVar("Result")


class CancelledRunError(Exception):
    """Somebody cancelled the run; the text says by which way."""


class Ownership:
    """What the server said last of a run that this process executes as its `attempt`."""

    def __init__(self, prefect: PrefectClient, run_id: UUID, attempt: int) -> None:
        self.cancelled = asyncio.Event()
        self.why = ""
        self._prefect, self._run_id, self._attempt = prefect, run_id, attempt
        self._refusal: UUID | None = None
        self._lost = asyncio.Event()
        self._terminated = asyncio.Event()
        self._confirmed = asyncio.get_running_loop().time()

    async def look(self) -> None:
        """Ask the server once; no answer changes nothing."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                run = await self._prefect.read_flow_run(self._run_id)
                if self._refusal and run.state and run.state.id == self._refusal:
                    self._attempt = run.run_count  # the server counts the refusal as one more start
                if run.run_count == self._attempt and run.state and run.state.is_paused():
                    await self._go_on()
                    return
        except Exception:  # whatever a proxy or a server in trouble answers is no answer
            return
        self._take(run)

    async def _go_on(self) -> None:
        """Refuse a pause: whoever resumed it would see a run `Running` that nobody executes."""
        running: State[object] = Running(message=NO_PAUSE)
        refused = await self._prefect.set_flow_run_state(self._run_id, running)
        self._refusal = refused.state.id if refused.state else None
        get_run_logger().warning(NO_PAUSE)

    def _take(self, run: FlowRun) -> None:
        if run.run_count != self._attempt or run.state is None:
            self._lost.set()
        elif run.state.type in CANCELS:
            said = f"by {run.state.message}" if run.state.message else "in the Prefect UI or through its API"
            self.why = who_cancelled(run.labels) or said
            self.cancelled.set()
        elif run.state.type is StateType.RUNNING:
            self._confirmed = asyncio.get_running_loop().time()
        else:
            self._lost.set()

    async def may_send(self) -> bool:
        """Whether the next window is ours to send; where nobody answers, for as long as nobody else can own it."""
        await self.look()
        silent = asyncio.get_running_loop().time() - self._confirmed
        ours = not self._lost.is_set() and not self.cancelled.is_set()
        return ours and silent < LEASE_SECONDS

    async def hold(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do the work of a run for as long as the run is ours.

        Raises Abort when it is not any more, so that nobody's state is touched, and TerminationSignal when this
        process was asked to end though nobody cancelled the run: Prefect calls it crashed, and it is resumed.
        """
        working = await _until_either(work, self._watch())
        if self._lost.is_set():
            raise Abort("This run is in other hands.")
        if working.cancelled():
            raise TerminationSignal(signal.SIGTERM)
        return working.result()

    async def _watch(self) -> None:
        """Return once the run is lost, or was terminated without being cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._terminated.wait(), POLL_SECONDS)
            terminated = self._terminated.is_set()
            self._terminated.clear()
            await self.look()
            if self._lost.is_set() or (terminated and not self.cancelled.is_set()):
                return

    async def unless_cancelled(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of some work that sends. Raises CancelledRunError as soon as the run is cancelled."""
        working = await _until_either(work, self.cancelled.wait())
        if working.cancelled():
            raise CancelledRunError(self.why)
        return working.result()

    async def until_cancelled(self, items: AsyncIterator[Result]) -> AsyncIterator[Result]:
        """The items of an iterator. Raises CancelledRunError as soon as the run is cancelled."""

        async def take() -> Result:
            return await anext(items)

        while True:
            try:
                item = await self.unless_cancelled(take())
            except StopAsyncIteration:
                return
            yield item

    def terminate(self) -> None:
        """This process was asked to end: look at once why."""
        self._terminated.set()


async def _until_either(work: Coroutine[Any, Any, Result], end: Coroutine[Any, Any, object]) -> asyncio.Task[Result]:
    """The task of `work`, done; cancelled where `end` came first."""
    working, ending = asyncio.create_task(work), asyncio.create_task(end)
    try:
        await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, ending):
            task.cancel()
        await asyncio.gather(working, ending, return_exceptions=True)
    return working


def _ignore_suspension() -> None:
    """Keep Prefect from ending the run at its next task because somebody suspended it: a look at it refuses that."""
    request = getattr(FlowRunContext.get(), "flow_run_suspension_request", None)
    if request is not None:
        request.mark_requested = lambda state: None


@asynccontextmanager
async def own_run() -> AsyncIterator[Ownership]:
    """The ownership of the flow run in context; a SIGTERM meanwhile is no end before we know what it is for."""
    loop = asyncio.get_running_loop()
    _ignore_suspension()
    async with get_client() as prefect:
        ownership = Ownership(prefect, UUID(flow_run.id), flow_run.run_count)
        before = signal.getsignal(signal.SIGTERM)
        try:
            loop.add_signal_handler(signal.SIGTERM, ownership.terminate)
        except (ValueError, RuntimeError):  # not in the main thread: whoever started us there ends us his way
            yield ownership
            return
        try:
            yield ownership
        finally:
            loop.remove_signal_handler(signal.SIGTERM)
            signal.signal(signal.SIGTERM, before)
