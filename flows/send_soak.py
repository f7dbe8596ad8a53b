"""Sending a soak: one task run per window, started on schedule, whatever became of the windows before."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from prefect.client.orchestration import PrefectClient, get_client

from flows.checkpoints import settled_start
from flows.ownership import Ownership
from flows.progress import Ended, tell_progress
from flows.tasks import awaited, result_of, send_request_window
from suites.judging.brake import Brake
from suites.judging.tally import Tally
from suites.sent import Sent
from suites.suite import Soak
from suites.traffic import Traffic, Window
from suites.wire.client import Client

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
    async def settled(cls, prefect: PrefectClient) -> "Start":
        """As soon as the first window can be made ready; that of the first attempt where the run was resumed."""
        wall, resumed = await settled_start(prefect, LEAD_SECONDS)
        ahead = (wall - datetime.now(UTC)).total_seconds()
        return cls(asyncio.get_running_loop().time() + ahead, wall, resumed)


class _Sending:
    """The windows of one soak under way."""

    def __init__(self, soak: Soak, traffic: Traffic, client: Client, start: Start) -> None:
        self.traffic, self.client, self.start = traffic, client, start
        self.mix = soak.mix(traffic.models)
        self.brake = Brake(traffic.count, soak.max_failure_rate, armed=soak.stop_early)
        self.ended = Ended()

    async def send(self, window: Window, ownership: Ownership) -> Tally:
        """Send a window, if the run is still ours when the window begins."""
        return await self._stored(window) if await ownership.may_send() else Tally.of(self.traffic.models)

    async def _stored(self, window: Window) -> Tally:
        """Send a window, or take what is stored of it."""
        state = await awaited(
            send_request_window(
                self.client,
                self.mix,
                self.traffic,
                window,
                self.start.clock,
                self.brake,
                return_state=True,
            )
        )
        tally = await result_of(state, Tally)
        if tally.models != self.traffic.models:  # stored by somebody else
            tally = Tally.of(self.traffic.models)
        self.ended.put_nowait((window, tally))
        return tally

    async def recall(self, window: Window) -> Tally:
        """What is stored of a window that began before this process took the run up; nothing of it is sent."""
        tally = await self._stored(replace(window, requests=range(0)))
        self.brake.recall(tally, self.start.clock + float(tally.rows["due"].max(initial=0.0)))
        return tally


async def send_soak(
    soak: Soak, traffic: Traffic, client: Client, ownership: Ownership, *, only_recall: bool = False
) -> tuple[Start, Sent]:
    """Send the whole schedule, or up to where a failure is certain, and tell of each window that ends.

    A resumed run keeps its schedule: windows that had begun are taken from storage or were not observed.
    One that may `only_recall` ends after those.
    """
    async with get_client() as prefect, asyncio.TaskGroup() as group:
        start = await Start.settled(prefect)
        sending = _Sending(soak, traffic, client, start)
        telling = group.create_task(tell_progress(soak.name, traffic, sending.ended, prefect))
        obeying = group.create_task(_obey(ownership, sending.brake))
        tallies, blind = await _send_windows(sending, ownership, group, only_recall=only_recall)
        obeying.cancel()
        sending.ended.put_nowait(None)
        await telling
    tally = Tally.merged(traffic.models, tallies)
    return start, Sent.of(traffic, tally, start=start.clock, stop=sending.brake.stop, blind=blind)


async def _send_windows(
    sending: _Sending, ownership: Ownership, group: asyncio.TaskGroup, *, only_recall: bool
) -> tuple[list[Tally], int]:
    """The tally of each window, and how many of the first requests were due before this process took the run up."""
    recalled: list[Tally] = []
    live: list[asyncio.Task[Tally]] = []
    blind = 0
    for window in sending.traffic.windows:
        begins = sending.start.clock + window.start - LEAD_SECONDS
        begun = sending.start.resumed and not live and asyncio.get_running_loop().time() > begins - CLOCK_SKEW_SECONDS
        if begun and not sending.brake.pulled.is_set():
            recalled.append(await sending.recall(window))
            blind = window.requests.stop
            continue
        if only_recall:
            sending.brake.end("nothing is sent to another gateway")
        if not await sending.brake.held_until(begins):
            break
        live.append(group.create_task(sending.send(window, ownership)))
    return [*recalled, *await asyncio.gather(*live)], blind


async def _obey(ownership: Ownership, brake: Brake) -> None:
    """End the soak when somebody cancels the run."""
    await ownership.cancelled.wait()
    brake.cancel(ownership.why)
