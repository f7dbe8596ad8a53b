"""Sending on schedule: the requests of one window, each at its instant, whatever became of the others."""

import asyncio
from collections.abc import Sequence

from suites.judging.tally import Tally
from suites.traffic import Traffic, Window
from suites.wire.client import Client, send
from suites.wire.request import Request
from suites.wire.samples import Sample


async def send_window(
    client: Client, requests: Sequence[Request], traffic: Traffic, window: Window, start: float, run_id: str
) -> Tally:
    """Send the requests of `window` and tally what came back, once the last one is answered or timed out.

    `requests` holds one request per model of `traffic`; `start` is the run's start on the event loop's clock.
    What was due before this call is not sent any more: an instant that passed unobserved cannot be made good.
    """
    now = asyncio.get_running_loop().time()
    still_due = [index for index in window.requests if start + traffic.due(index) >= now]
    async with asyncio.TaskGroup() as group:
        sending = []
        for index in still_due:
            await sleep_until(start + traffic.due(index))
            request = requests[traffic.model(index)]
            sending.append(group.create_task(_send_due(client, request, traffic, index, start, run_id)))
    return Tally.of(traffic.models, [task.result() for task in sending])


async def _send_due(
    client: Client, request: Request, traffic: Traffic, index: int, start: float, run_id: str
) -> Sample:
    due = traffic.due(index)
    lateness = asyncio.get_running_loop().time() - start - due
    attempt = await send(client, request, f"{run_id}-{index}")
    return Sample(index, request.name, request.model, due, max(0.0, lateness), (attempt,))


async def sleep_until(instant: float) -> None:
    """Sleep until an instant on the event loop's clock; not at all when it has passed."""
    remaining = instant - asyncio.get_running_loop().time()
    if remaining > 0:
        await asyncio.sleep(remaining)
