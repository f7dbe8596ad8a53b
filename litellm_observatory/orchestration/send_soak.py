"""Sending a soak: one task run per window, started on schedule, whatever became of the windows before."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from prefect.client.orchestration import PrefectClient, get_client
from prefect.runtime import flow_run

from litellm_observatory.core.judging.early_stop import EarlyStop
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.load.traffic import Traffic, Window
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.client import Client
from litellm_observatory.orchestration.ownership import Ownership
from litellm_observatory.orchestration.persistence.checkpoints import find_start
from litellm_observatory.orchestration.persistence.once import await_state, key_of, result_of
from litellm_observatory.orchestration.persistence.stored import read_stored
from litellm_observatory.orchestration.progress import Finished, Seen, publish_progress
from litellm_observatory.orchestration.tasks import send_request_window

LEAD_SECONDS = 2.0
"""A window's task run is made ready before its first request is due, so that Prefect's work delays none."""

CLOCK_SKEW_SECONDS = 1.0
"""The clocks of two hosts may differ by so much, and still no window is begun by both."""


@dataclass(frozen=True, slots=True)
class Start:
    """The instant of a soak's first request: `clock` on the event loop's clock, `wall` for everybody else."""

    clock: float
    wall: datetime
    resumed: bool
    """Whether an earlier attempt has set it."""

    @classmethod
    async def find(cls, prefect: PrefectClient) -> "Start":
        """As soon as the first window can be made ready; that of the first attempt where the run was resumed."""
        wall, resumed = await find_start(prefect, LEAD_SECONDS)
        ahead = (wall - datetime.now(UTC)).total_seconds()
        return cls(asyncio.get_running_loop().time() + ahead, wall, resumed)


class _Sending:
    """The windows of one soak under way."""

    def __init__(self, soak: Soak, traffic: Traffic, client: Client, start: Start) -> None:
        self.traffic, self.client, self.start = traffic, client, start
        self.mix = soak.mix(traffic.models)
        self.early_stop = EarlyStop(traffic.count, soak.max_failure_rate, enabled=soak.stop_early)
        self.ended = Finished()

    async def send(self, window: Window, ownership: Ownership) -> Tally:
        """Send a window, if the run is still ours when the window begins."""
        return await self._stored(window) if await ownership.may_send() else Tally.of(self.traffic.models)

    async def _stored(self, window: Window) -> Tally:
        """Send a window, or take what is stored of it."""
        state = await await_state(
            send_request_window(
                self.client,
                self.mix,
                self.traffic,
                window,
                self.start.clock,
                self.early_stop,
                return_state=True,
            )
        )
        tally = self._ours(await result_of(state, Tally))
        self.ended.put_nowait(Seen.of(window, tally))
        return tally

    async def recall(self, windows: Sequence[Window]) -> list[Tally]:
        """What is stored of windows that began before this process took the run up; nothing of them is sent.

        It ends where a failure was certain.
        """
        if not windows:
            return []
        keys = [key_of(flow_run.id, send_request_window, window.index) for window in windows]
        tallies: list[Tally] = []
        async with aclosing(read_stored(send_request_window, keys)) as results:
            with self.early_stop.replaying():
                async for stored in results:
                    if self.early_stop.triggered.is_set():
                        break
                    tallies.append(tally := self._ours(stored))
                    self.early_stop.replay(tally, self.start.clock + float(tally.rows["due"].max(initial=0.0)))
                    await asyncio.sleep(0)  # what is live comes first
        self.ended.put_nowait(Seen.before(tallies))
        return tallies

    def _ours(self, stored: object) -> Tally:
        """A tally of this soak; an empty one where nothing was stored, or by somebody else."""
        if isinstance(stored, Tally) and stored.models == self.traffic.models:
            return stored
        return Tally.of(self.traffic.models)


async def send_soak(
    soak: Soak, traffic: Traffic, client: Client, ownership: Ownership, *, only_recall: bool = False
) -> tuple[Start, SoakResult]:
    """Send the whole schedule, or up to where a failure is certain, and tell of each window that ends.

    A resumed run keeps its schedule: windows that had begun are taken from storage or were not observed.
    One that may `only_recall` ends after those.
    """
    async with get_client() as prefect, asyncio.TaskGroup() as group:
        start = await Start.find(prefect)
        sending = _Sending(soak, traffic, client, start)
        progress = Progress(began=start.wall, seconds=traffic.duration_seconds, due=traffic.count)
        telling = group.create_task(publish_progress(soak.name, progress, sending.ended, prefect))
        watching = group.create_task(_stop_when_cancelled(ownership, sending.early_stop))
        tallies, blind = await _send_windows(sending, ownership, group, only_recall=only_recall)
        watching.cancel()
        sending.ended.put_nowait(None)
        await telling
    tally = Tally.merge(traffic.models, tallies)
    return start, SoakResult.of(traffic, tally, start=start.clock, stop=sending.early_stop.stop, blind=blind)


async def _send_windows(
    sending: _Sending, ownership: Ownership, group: asyncio.TaskGroup, *, only_recall: bool
) -> tuple[list[Tally], int]:
    """The tally of each window, and how many of the first requests were due before this process took the run up.

    Live windows begin on time, however long it takes to recall the others.
    """
    taken_up = asyncio.get_running_loop().time()
    windows, begun = sending.traffic.windows, 0
    if sending.start.resumed:
        latest = taken_up + LEAD_SECONDS + CLOCK_SKEW_SECONDS - sending.start.clock
        begun = sum(window.start < latest for window in windows)
    recalling = group.create_task(sending.recall(windows[:begun]))
    if only_recall:
        await recalling
        sending.early_stop.end("nothing is sent to another gateway")
    live: list[asyncio.Task[Tally]] = []
    for window in windows[begun:]:
        if not await sending.early_stop.wait_until(sending.start.clock + window.start - LEAD_SECONDS):
            break
        live.append(group.create_task(sending.send(window, ownership)))
    recalled, sent = await recalling, await asyncio.gather(*live)
    if (stop := sending.early_stop.stop) and stop.instant < taken_up:
        sent, sending.early_stop.given_up = [], 0  # the run had ended before, and nothing of this was due
    return [*recalled, *sent], windows[begun - 1].requests.stop if begun else 0


async def _stop_when_cancelled(ownership: Ownership, early_stop: EarlyStop) -> None:
    """End the soak when somebody cancels the run."""
    await ownership.cancelled.wait()
    early_stop.cancel(ownership.why)
