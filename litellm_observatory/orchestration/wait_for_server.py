"""What it means that the Prefect server does not answer, and how long the end of a run waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger

UNANSWERED = (PrefectException, httpx.HTTPError, OSError)
"""What Prefect's client raises when the server does not answer, or refuses."""

ASK_EVERY_SECONDS = 2.0
LONGEST_SECONDS = 1800.0


async def until_reachable() -> None:
    """Wait until the Prefect server answers, for half an hour at most: then what follows fails with its own words."""
    loop = asyncio.get_running_loop()
    until = loop.time() + LONGEST_SECONDS
    waiting = False
    while loop.time() < until:
        try:
            async with asyncio.timeout(10), get_client() as prefect:
                if await prefect.api_healthcheck() is None:
                    return
        except TimeoutError:
            pass
        if not waiting:
            get_run_logger().warning("The Prefect server is away; the run ends as soon as it is back.")
            waiting = True
        await asyncio.sleep(ASK_EVERY_SECONDS)


@asynccontextmanager
async def reachable_at_both_ends() -> AsyncIterator[None]:
    """Do what is within once the server answers; where it raises nothing, go on once the server answers again."""
    await until_reachable()
    yield
    await until_reachable()
