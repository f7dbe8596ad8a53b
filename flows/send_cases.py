"""Sending a suite of cases: one task run per request, one after the other, each retried on transient faults."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flows.ownership import Ownership
from flows.tasks import awaited, result_of, send_request
from suites.wire.client import Client
from suites.wire.request import Request
from suites.wire.samples import Attempt, Sample


async def send_cases(
    requests: Sequence[Request],
    client: Client,
    ownership: Ownership,
    started_at: datetime,
    samples: list[Sample],
) -> None:
    """Append the sample of each case to `samples`, in the suite's order; the run began at `started_at`.

    Raises CancelledRunError as soon as the run is cancelled.
    """
    for index, request in enumerate(requests):
        attempts: list[Attempt] = []
        due = (datetime.now(UTC) - started_at).total_seconds()
        sending = awaited(send_request(client, request, index, due, attempts, return_state=True))
        state = await ownership.unless_cancelled(sending)
        samples.append(await result_of(state, Sample))
