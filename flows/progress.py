"""Progress of a soak while it runs: a log line per window, and a progress artifact in the UI."""

from asyncio import Queue
from contextlib import suppress
from uuid import UUID

from prefect.artifacts import ProgressArtifact
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.logging import get_run_logger

from flows.patience import UNANSWERED
from flows.publishing.markup import safe
from flows.publishing.words import seconds
from suites.judging.tally import Tally
from suites.statistics import spread
from suites.traffic import Traffic, Window
from suites.words import clock

Ended = Queue[tuple[Window, Tally] | None]
"""Windows as they end, each with what was seen in it; None after the last one."""


async def tell_progress(suite: str, traffic: Traffic, ended: Ended, prefect: PrefectClient) -> None:
    """Tell of each window that ends, until the last one has. An unreachable server costs only the picture.

    `prefect` is open already: making a client takes some 30 ms of the event loop that measures.
    """
    artifact: UUID | None = None
    requests = failures = 0
    while (item := await ended.get()) is not None:
        window, tally = item
        requests, failures = requests + tally.sent, failures + tally.failures
        line = (
            f"{clock(window.start)}: {tally.sent} sent, {tally.failures} failed, "
            f"p95 {seconds(spread(tally.judged['latency']).p95)}; "
            f"in all {requests:,} of {traffic.count:,} sent, {failures:,} failed"
        )
        get_run_logger().info(line)
        if ended.qsize() > 1:
            continue  # the server is slow: only the latest picture is worth waiting for
        with suppress(*UNANSWERED):
            artifact = await show(prefect, artifact, suite, 100 * requests / traffic.count, line)


async def show(prefect: PrefectClient, artifact: UUID | None, suite: str, share: float, line: str) -> UUID:
    """Create the progress artifact of a run, or renew it; returns its id. `share` is a percentage."""
    if artifact is None:
        shown = ProgressArtifact(progress=share, key=f"{suite}-progress", description=safe(line))
        return (await shown.acreate(client=prefect)).id
    await prefect.update_artifact(artifact, ArtifactUpdate(data=share, description=safe(line)))
    return artifact
