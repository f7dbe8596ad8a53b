"""Sending a case: one attempt, with the traffic that it asks for beside it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from litellm_observatory.core.wire.checks.check import malformed
from litellm_observatory.core.wire.client import Client, send
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Attempt

RAMP_SECONDS = 0.1
"""Time for the traffic beside a case to start."""
SETTLE_SECONDS = 0.5
"""Time for what a request does to a gateway to take effect: LiteLLM benches a deployment after it has answered."""


async def send_case(client: Client, request: Request, request_id: str) -> Attempt:
    """Send a case once, unless it is known beforehand that it cannot be tested."""
    if request.skip:
        return Attempt(0.0, skipped=request.skip)
    if request.before:
        await send(client, request.before, f"{request_id}-before")
        await asyncio.sleep(SETTLE_SECONDS)
    if request.twin:
        twin = await send(client, request.twin, request_id)  # by the same id: it is the same text
        return _as_its_twin(await send(client, request, request_id), twin)
    async with _under_way(client, request.beside, request_id):
        await asyncio.sleep(RAMP_SECONDS if request.beside else 0)
        return await send(client, request, request_id)


def _as_its_twin(attempt: Attempt, twin: Attempt) -> Attempt:
    """The attempt, failed where its reading is not its twin's; where one has none, nothing is compared."""
    if None in (attempt.reading, twin.reading) or attempt.reading == twin.reading:
        return attempt
    said = f"{attempt.reading:g} streamed, {twin.reading:g} whole"
    return replace(attempt, failure=malformed(f"two answers to one text disagree: {said}"))


@asynccontextmanager
async def _under_way(client: Client, requests: Sequence[Request], request_id: str) -> AsyncIterator[None]:
    """Keep each of the requests in flight while the block lasts; their outcomes are discarded."""
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
