"""Sending a suite of cases: one task run per request, one after the other, each retried on transient faults."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from prefect.client.orchestration import get_client

from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Attempt, Sample
from litellm_observatory.orchestration.ownership import Ownership
from litellm_observatory.orchestration.persistence.once import awaited, result_of
from litellm_observatory.orchestration.progress import Ended, Seen, tell_progress
from litellm_observatory.orchestration.tasks import send_request


async def send_cases(
    suite: str,
    requests: Sequence[Request],
    client: Client,
    ownership: Ownership,
    started_at: datetime,
    samples: list[Sample],
) -> None:
    """Append the sample of each case to `samples`, in the suite's order; the run began at `started_at`.

    Raises CancelledRunError as soon as the run is cancelled.
    """
    async with _told(suite, Progress(began=started_at, due=len(requests))) as ended:
        for index, request in enumerate(requests):
            attempts: list[Attempt] = []
            due = (datetime.now(UTC) - started_at).total_seconds()
            sending = awaited(send_request(client, request, index, due, attempts, return_state=True))
            state = await ownership.unless_cancelled(sending)
            samples.append(sample := await result_of(state, Sample))
            ended.put_nowait(Seen.of_case(sample))


@asynccontextmanager
async def _told(suite: str, progress: Progress) -> AsyncIterator[Ended]:
    """Where to put what ends within the block, for whoever watches the run."""
    ended = Ended()
    async with get_client() as prefect:
        telling = asyncio.create_task(tell_progress(suite, progress, ended, prefect))
        try:
            yield ended
        finally:
            ended.put_nowait(None)
            await telling
