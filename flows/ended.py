"""Runs that have ended: their reports, read back from Prefect's own artifacts."""

from collections.abc import AsyncIterator
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)
from prefect.client.schemas.objects import Artifact
from prefect.client.schemas.sorting import ArtifactSort

from suites.judging.verdict import Verdict
from suites.report import Report

PAGE, PAGES = 10, 10
"""Earlier runs of the suite, of any gateway, that are looked at; the report of a long soak has some 100 kB."""


async def read_report(suite: str, run_id: UUID | str) -> Report | None:
    """The latest report of a run; None when it has none, or one that this version cannot read."""
    async with get_client() as prefect:
        found = await prefect.read_artifacts(
            artifact_filter=ArtifactFilter(
                key=ArtifactFilterKey(any_=[f"{suite}-result"]),
                flow_run_id=ArtifactFilterFlowRunId(any_=[UUID(str(run_id))]),
            ),
            sort=ArtifactSort.CREATED_DESC,
            limit=1,
        )
    return Report.read(found[0].data) if found else None


async def last_passed(report: Report) -> Report | None:
    """The latest passed run of the same suite, gateway and models that ended before this one began."""
    async for _, earlier in stored_reports(report.suite, PAGE, PAGES):
        alike = (earlier.gateway, set(earlier.models)) == (report.gateway, set(report.models))
        if alike and earlier.verdict is Verdict.PASSED and earlier.ended_at <= report.started_at:
            return earlier
    return None


async def stored_reports(suite: str, page: int, pages: int) -> AsyncIterator[tuple[Artifact, Report]]:
    """The reports of a suite with their artifacts, the latest first, `page` in a request, from so many `pages`.

    Those that this version cannot read are left out.
    """
    async with get_client() as prefect:
        for number in range(pages):
            found = await prefect.read_artifacts(
                artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[f"{suite}-result"])),
                sort=ArtifactSort.CREATED_DESC,
                limit=page,
                offset=number * page,
            )
            for artifact in found:
                if report := Report.read(artifact.data):
                    yield artifact, report
            if len(found) < page:
                return


async def judged_report(suite: str, run_id: UUID | str) -> Report | None:
    """The report of a run that was judged; None when it was not."""
    report = await read_report(suite, run_id)
    return report if report and report.verdict.is_judgement else None
