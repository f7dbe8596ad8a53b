"""Sending a case: one attempt, with the traffic that it asks for beside it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from suites.wire.client import Client, send
from suites.wire.request import Request
from suites.wire.samples import Attempt

RAMP_SECONDS = 0.1
"""Time for the traffic beside a case to get under way."""


async def send_case(client: Client, request: Request, request_id: str) -> Attempt:
    """Send a case once, unless it is known beforehand that it cannot be tested."""
    if request.skip:
        return Attempt(0.0, skipped=request.skip)
    if not request.beside:
        return await send(client, request, request_id)
    async with _under_way(client, request.beside, request_id):
        await asyncio.sleep(RAMP_SECONDS)
        return await send(client, request, request_id)


@asynccontextmanager
async def _under_way(client: Client, requests: Sequence[Request], request_id: str) -> AsyncIterator[None]:
    """Keep each of the requests in flight while the block lasts; what becomes of them is not told."""
    done = asyncio.Event()

    async def keep(position: int, request: Request) -> None:
        times = 0
        while not done.is_set():
            await send(client, request, f"{request_id}-beside-{position}-{times}")
            times += 1
            await asyncio.sleep(RAMP_SECONDS)  # a gateway that refuses at once is not to be flooded

    async with asyncio.TaskGroup() as group:
        for position, request in enumerate(requests):
            group.create_task(keep(position, request))
        try:
            yield
        finally:
            done.set()
