"""Artifacts: the report for people, the result for programs, the progress for those who wait."""

import asyncio
from uuid import UUID

from prefect.artifacts import MarkdownArtifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.runtime import flow_run

from flows.publishing.markdown import markdown
from suites.report import Report


async def publish_report(report: Report) -> UUID:
    """Create `SUITE-report` and `SUITE-result` of the flow run in context; returns the id of the first."""
    text = await asyncio.to_thread(markdown, report)
    result = ArtifactCreate(
        type="json",
        key=f"{report.suite}-result",
        description="The whole report, for programs.",
        data=report.model_dump(mode="json"),
        flow_run_id=UUID(flow_run.id),
    )
    page = MarkdownArtifact(key=f"{report.suite}-report", description=report.reason, markdown=text)
    async with get_client() as client:
        await client.create_artifact(result)
        return (await page.acreate(client=client)).id


async def renew_report(artifact: UUID, report: Report) -> None:
    """Replace the text of a report's artifact."""
    text = await asyncio.to_thread(markdown, report)
    async with get_client() as client:
        await client.update_artifact(artifact, ArtifactUpdate(data=text))
