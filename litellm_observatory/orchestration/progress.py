"""Progress of a suite while it runs: a progress artifact for whoever watches, and a log line per window of a soak."""

import asyncio
from asyncio import Queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.traffic import Window
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.report.statistics import distribution_of
from litellm_observatory.core.text import break_commands, clock, shorten
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.samples import Sample
from litellm_observatory.names import progress_key
from litellm_observatory.orchestration.publishing.markup import safe
from litellm_observatory.orchestration.publishing.text import seconds
from litellm_observatory.orchestration.wait_for_server import UNANSWERED

PAUSE_SECONDS = 1.0
"""Least time between two pictures: cases may follow one another fast."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of some requests that have ended, what failed most often among them, and what the log says."""

    sent: int
    failures: int
    failure: str = ""
    line: str = ""

    @classmethod
    def of(cls, window: Window, tally: Tally) -> Self:
        """What was seen in a window that has ended."""
        failure = _most_frequent(tally)
        p95 = seconds(distribution_of(tally.judged["latency"]).p95)
        why = f" ({failure})" if failure else ""
        line = f"{clock(window.start)}: {tally.sent} sent, {tally.failures} failed{why}, p95 {p95}"
        return cls(tally.sent, tally.failures, failure, line)

    @classmethod
    def of_case(cls, request: Request, sample: Sample) -> Self:
        """What became of a case; its own task run logs it."""
        failure, level = sample.failure, ", a should" if request.level is Level.SHOULD else ""
        return cls(1, int(failure is not None), f"{sample.name}{level}: {failure}" if failure else "")

    @classmethod
    def before(cls, tallies: Sequence[Tally]) -> Self:
        """What is stored of the windows that began before the run was taken up again."""
        sent, failures = sum(tally.sent for tally in tallies), sum(tally.failures for tally in tallies)
        return cls(sent, failures, "", f"Until the interruption: {sent:,} sent, {failures:,} failed")

    def after(self, progress: Progress) -> Progress:
        """How far the run is now."""
        return Progress(
            began=progress.began,
            seconds=progress.seconds,
            due=progress.due,
            sent=progress.sent + self.sent,
            failed=progress.failed + self.failures,
            said=self.failure or progress.said,
        )


Finished = Queue[Seen | None]
"""What was seen of requests as they end; None after the last one."""


def _most_frequent(tally: Tally) -> str:
    """The failure that was seen most often, with its model; empty where none was."""
    times = {key: seen.times for key, seen in tally.fingerprints.items() if not key.kind.proves_nothing}
    if not times:
        return ""
    model, kind, message = max(times, key=lambda key: times[key])
    return shorten(f"{model}: {kind}: {message}", most=200)


async def publish_progress(suite: str, progress: Progress, ended: Finished, prefect: PrefectClient) -> None:
    """Tell of what ends, until the last has. An unreachable server costs only the picture.

    `progress` is that of a run that has sent nothing yet. `prefect` is open already: making a client takes some 30 ms
    of the event loop that measures.
    """
    loop = asyncio.get_running_loop()
    artifact = await _try_to_show(prefect, None, suite, progress)
    next_picture, shown = loop.time(), progress
    while (item := await ended.get()) is not None:
        progress = item.after(progress)
        if item.line:
            get_run_logger().info(break_commands(f"{item.line}; in all {_counted(progress)}"))
        if ended.qsize() > 1 or loop.time() < next_picture:
            continue  # the server is slow, or was told just now: only the latest picture is worth waiting for
        artifact = await _try_to_show(prefect, artifact, suite, progress)
        next_picture, shown = loop.time() + PAUSE_SECONDS, progress
    if progress is not shown:
        await _try_to_show(prefect, artifact, suite, progress)


@contextmanager
def worth_no_run() -> Iterator[None]:
    """Show progress: whatever keeps it from being shown, such as a proxy's page for an answer, ends no run."""
    try:
        yield
    except UNANSWERED:
        pass
    except Exception as error:
        get_run_logger().warning("The progress could not be shown.\n%s", trace_of(error))


async def _try_to_show(prefect: PrefectClient, artifact: UUID | None, suite: str, progress: Progress) -> UUID | None:
    with worth_no_run():
        share = 1.0 if progress.sent >= progress.due else progress.share(datetime.now(UTC))
        said = f"; {progress.said}" if progress.said else ""
        return await show(prefect, artifact, suite, progress, share, f"{_counted(progress)}{said}")
    return artifact


def _counted(progress: Progress) -> str:
    return f"{progress.sent:,} of {progress.due:,} sent, {progress.failed:,} failed"


async def show(
    prefect: PrefectClient, artifact: UUID | None, name: str, progress: Progress, share: float, line: str
) -> UUID:
    """Create the artifact `NAME-progress` of this run, or renew it; returns its id.

    `share`, between 0 and 1, and `line` are for Prefect's UI.
    """
    done, said, fields = round(100 * share, 1), safe(line), progress.as_fields()
    if artifact:
        await prefect.update_artifact(artifact, ArtifactUpdate(data=done, description=said, metadata_=fields))
        return artifact
    key, run_id = progress_key(name), UUID(flow_run.id)
    made = ArtifactCreate(type="progress", key=key, description=said, data=done, metadata_=fields, flow_run_id=run_id)
    return (await prefect.create_artifact(made)).id
