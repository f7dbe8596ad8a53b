"""Sending a suite of cases: one task run per request, one after the other, each retried on transient faults."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from prefect.client.orchestration import get_client

from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Sample
from litellm_observatory.orchestration.ownership import CancelledRunError, Ownership
from litellm_observatory.orchestration.persistence.once import await_state, result_of
from litellm_observatory.orchestration.progress import Finished, Seen, publish_progress
from litellm_observatory.orchestration.tasks import send_request


async def send_cases(
    suite: str, requests: Sequence[Request], client: Client, ownership: Ownership, started_at: datetime
) -> tuple[list[Sample], str]:
    """The sample of each case that was sent, in the suite's order, and by which way somebody ended the run, if so.

    The run began at `started_at`.
    """
    samples: list[Sample] = []
    async with get_client() as prefect, asyncio.TaskGroup() as group:
        ended = Finished()
        progress = Progress(began=started_at, due=len(requests))
        group.create_task(publish_progress(suite, progress, ended, prefect))
        try:
            for index, request in enumerate(requests):
                due = (datetime.now(UTC) - started_at).total_seconds()
                sending = await_state(send_request(client, request, index, due, [], return_state=True))
                state = await ownership.unless_cancelled(sending)
                samples.append(sample := await result_of(state, Sample))
                ended.put_nowait(Seen.of_case(request, sample))
        except CancelledRunError as cancelled:
            return samples, str(cancelled)
        finally:
            ended.put_nowait(None)
    return samples, ""
