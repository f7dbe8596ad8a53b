"""Artifacts: the report for people, the result for programs, the progress for those who wait."""

import asyncio
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate

from litellm_observatory.core.report.fitting import fit
from litellm_observatory.core.report.metrics import replace_fields
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import report_key, result_key
from litellm_observatory.orchestration.addresses import artifact_address
from litellm_observatory.orchestration.history.reports import latest_artifacts
from litellm_observatory.orchestration.publishing.markdown import markdown
from litellm_observatory.orchestration.publishing.markup import safe
from litellm_observatory.orchestration.states import message_of


async def store_report(report: Report, run_id: UUID) -> Report:
    """Create `SUITE-report` and `SUITE-result` of a flow run, each of what fits an artifact.

    Returns the report with the address of its page. The result is stored even where the page cannot be.
    """
    fitted, url = await asyncio.to_thread(fit, report), None
    try:
        url = await _store_page(fitted, run_id)
    finally:
        await _store_result(replace_fields(fitted, page_url=url), run_id)
    return replace_fields(report, page_url=url)


async def _store_page(report: Report, run_id: UUID) -> str | None:
    """Create the page; returns where it is read."""
    text = await asyncio.to_thread(_page, report, run_id)
    page = ArtifactCreate(
        type="markdown", key=report_key(report.suite), description=describe(report), data=text, flow_run_id=run_id
    )
    async with get_client() as client:
        return artifact_address((await client.create_artifact(page)).id)


async def _store_result(report: Report, run_id: UUID) -> None:
    result = ArtifactCreate(
        type="json",
        key=result_key(report.suite),
        description="The whole report, for programs.",
        data=report.model_dump(mode="json"),
        flow_run_id=run_id,
    )
    async with get_client() as client:
        await client.create_artifact(result)


async def renew_report(report: Report, run_id: UUID) -> None:
    """Replace the text of the latest `SUITE-report` of a flow run, where it has one."""
    report = await asyncio.to_thread(fit, report)
    text = await asyncio.to_thread(_page, report, run_id)
    async with get_client() as client:
        for page in await latest_artifacts(client, report_key(report.suite), run_id=run_id):
            await client.update_artifact(page.id, ArtifactUpdate(data=text))


def _page(report: Report, run_id: UUID) -> str:
    """The report, and by which command it can be taken along: no link of the UI would save it as a file."""
    command = f"litellm-observatory report {run_id} --html report.html"
    return f"{markdown(report)}\nThis page as one file to take along: `{command}`\n"


def describe(report: Report) -> str:
    """The headline as an artifact's description, which Prefect's UI renders as markdown."""
    return safe(message_of(report))
