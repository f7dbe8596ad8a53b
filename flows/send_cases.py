"""Sending a suite of cases: one task run per request, one after the other, each retried on transient faults."""

from collections.abc import Sequence

from flows.tasks import awaited, result_of, send_request
from suites.wire.client import Client
from suites.wire.request import Request
from suites.wire.samples import Attempt, Sample


async def send_cases(requests: Sequence[Request], client: Client) -> list[Sample]:
    """The sample of each case, in the suite's order."""
    samples = []
    for index, request in enumerate(requests):
        attempts: list[Attempt] = []
        state = await awaited(send_request(client, request, index, attempts, return_state=True))
        samples.append(await result_of(state, Sample))
    return samples
