"""Sending a soak: one task run per window, started on schedule, whatever became of the windows before."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import get_client

from flows.progress import Ended, tell_progress
from flows.tasks import awaited, result_of, send_request_window
from suites.judging.brake import Brake, Stop
from suites.judging.tally import Tally
from suites.suite import Soak
from suites.traffic import Traffic, Window
from suites.wire.client import Client

LEAD_SECONDS = 2.0
"""A window's task run is made ready before its first request is due, so that Prefect's work delays none."""


@dataclass(frozen=True, slots=True)
class Start:
    """The instant of a soak's first request: `clock` on the event loop's clock, `wall` for people."""

    clock: float
    wall: datetime

    @classmethod
    def soon(cls) -> "Start":
        """As soon as the first window can be made ready."""
        now = asyncio.get_running_loop().time()
        return cls(now + LEAD_SECONDS, datetime.now(UTC) + timedelta(seconds=LEAD_SECONDS))


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: when it began, what was seen, and how it was ended early, if it was."""

    start: Start
    tally: Tally
    stop: Stop | None


async def send_soak(soak: Soak, traffic: Traffic, client: Client) -> Sent:
    """Send the whole schedule, or up to where a failure is certain, and tell of each window that ends."""
    mix = soak.mix(traffic.models)
    brake = Brake(traffic.count, soak.max_failure_rate, armed=soak.stop_early)
    ended = Ended()

    async def send(window: Window, start: Start) -> Tally:
        state = await awaited(
            send_request_window(client, mix, traffic, window, start.clock, brake, return_state=True)
        )
        tally = await result_of(state, Tally)
        ended.put_nowait((window, tally))
        return tally

    async with get_client() as prefect, asyncio.TaskGroup() as group:
        telling = group.create_task(tell_progress(soak.name, traffic, ended, prefect))
        start = Start.soon()
        sending = []
        for window in traffic.windows:
            if not await brake.held_until(start.clock + window.start - LEAD_SECONDS):
                break
            sending.append(group.create_task(send(window, start)))
        tallies = await asyncio.gather(*sending)
        ended.put_nowait(None)
        await telling
    return Sent(start, Tally.merged(traffic.models, tallies), brake.stop)
