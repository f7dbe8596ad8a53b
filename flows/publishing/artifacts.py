"""Artifacts: the report for people, the result for programs, the progress for those who wait."""

import asyncio
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate

from flows.publishing.markdown import markdown
from suites.report import Report


async def store_report(report: Report, run_id: UUID) -> UUID:
    """Create `SUITE-report` and `SUITE-result` of a flow run; returns the id of the first."""
    text = await asyncio.to_thread(markdown, report)
    result = ArtifactCreate(
        type="json",
        key=f"{report.suite}-result",
        description="The whole report, for programs.",
        data=report.model_dump(mode="json"),
        flow_run_id=run_id,
    )
    page = ArtifactCreate(
        type="markdown", key=f"{report.suite}-report", description=report.reason, data=text, flow_run_id=run_id
    )
    async with get_client() as client:
        await client.create_artifact(result)
        return (await client.create_artifact(page)).id


async def renew_report(artifact: UUID, report: Report) -> None:
    """Replace the text of a report's artifact."""
    text = await asyncio.to_thread(markdown, report)
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=text))
