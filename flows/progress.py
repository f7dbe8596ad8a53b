"""Progress of a soak while it runs: a log line per window, and a progress artifact in the UI."""

from asyncio import Queue
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a soak's requests in some windows, and what is said of it."""

    sent: int
    failures: int
    said: str

    @classmethod
    def of(cls, window: Window, tally: Tally) -> Self:
        """What was seen in a window that has ended."""
        p95 = seconds(spread(tally.judged["latency"]).p95)
        said = f"{clock(window.start)}: {tally.sent} sent, {tally.failures} failed, p95 {p95}"
        return cls(tally.sent, tally.failures, said)

    @classmethod
    def before(cls, tallies: Sequence[Tally]) -> Self:
        """What is stored of the windows that began before the run was taken up again."""
        sent, failures = sum(tally.sent for tally in tallies), sum(tally.failures for tally in tallies)
        return cls(sent, failures, f"Until the interruption: {sent:,} sent, {failures:,} failed")


Ended = Queue[Seen | None]
"""What was seen in windows as they end; None after the last one."""


async def tell_progress(suite: str, traffic: Traffic, ended: Ended, prefect: PrefectClient) -> None:
    """Tell of each window that ends, until the last one has. An unreachable server costs only the picture.

    `prefect` is open already: making a client takes some 30 ms of the event loop that measures.
    """
    artifact: UUID | None = None
    requests = failures = 0
    while (item := await ended.get()) is not None:
        requests, failures = requests + item.sent, failures + item.failures
        line = f"{item.said}; in all {requests:,} of {traffic.count:,} sent, {failures:,} failed"
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
