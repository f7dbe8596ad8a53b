"""Runs that have ended: their reports, read back from Prefect's own artifacts."""

from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)
from prefect.client.schemas.sorting import ArtifactSort

from suites.report import Report


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
    try:
        return Report.model_validate(found[0].data) if found else None
    except ValueError:
        return None


async def judged_report(suite: str, run_id: UUID | str) -> Report | None:
    """The report of a run that was judged; None when it was not."""
    report = await read_report(suite, run_id)
    return report if report and report.verdict.is_judgement else None
