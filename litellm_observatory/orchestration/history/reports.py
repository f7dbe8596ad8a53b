"""Runs that have ended: their reports, read back from Prefect's own artifacts."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import Artifact
from prefect.client.schemas.sorting import ArtifactSort

from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import result_key

PAGE, PAGES = 10, 10
"""Earlier runs of the suite, of any gateway, that are looked at; the report of a long soak has some 100 kB."""


async def read_report(suite: str, run_id: UUID | str) -> Report | None:
    """The latest report of a run; None when it has none, or one that this version cannot read."""
    async with get_client() as prefect:
        found = await latest_artifacts(prefect, result_key(suite), run_id=UUID(str(run_id)))
    return Report.read(found[0].data) if found else None


async def find_last_passed_report(report: Report) -> Report | None:
    """The latest passed run of the same suite, gateway and models that ended before this one began."""
    async for _, earlier in _passed(report.suite, report.gateway, report.started_at):
        if set(earlier.models) == set(report.models) and not earlier.omitted.models:
            return earlier
    return None


async def find_predecessor(
    suite: str, gateway: str, before: datetime, tested: Sequence[str] | None = None
) -> Predecessor | None:
    """The latest passed run of a suite on a gateway that ended before an instant.

    It tested all of the models `tested`, of which none means every one that there was; one that did not only where no
    other is found. With None it may have tested whatever models.
    """
    found: tuple[Artifact, Report] | None = None
    async for artifact, earlier in _passed(suite, gateway, before):
        if tested is None or not earlier.models_named or (tested and {*tested} <= {*earlier.models}):
            found = artifact, earlier
            break
        found = found or (artifact, earlier)
    return Predecessor.of(await _described(*found), found[1]) if found else None


async def was_accepted(gate: str, suite: str, gateway: str, since: datetime | None) -> bool:
    """Whether a passed run of a gate that ended after an instant left a suite out as a loss that is accepted."""
    async for _, earlier in _passed(gate, gateway, datetime.now(UTC)):
        if since and earlier.ended_at <= since:
            return False
        if any(left.suite == suite and left.accepted for left in earlier.left_out):
            return True
    return False


async def _passed(suite: str, gateway: str, before: datetime) -> AsyncIterator[tuple[Artifact, Report]]:
    async for artifact, earlier in read_reports(suite, PAGE, PAGES):
        if earlier.gateway == gateway and earlier.verdict is Verdict.PASSED and earlier.ended_at <= before:
            yield artifact, earlier


async def _described(artifact: Artifact, report: Report) -> str:
    """A run as people know it: its name, where nobody has deleted it, its start and what it met."""
    async with get_client() as prefect:
        ids = FlowRunFilterId(any_=[artifact.flow_run_id] if artifact.flow_run_id else [])
        runs = await prefect.read_flow_runs(flow_run_filter=FlowRunFilter(id=ids))
    named = f"run {runs[0].name}" if runs else "a run"
    version = f", LiteLLM {report.gateway_version}" if report.gateway_version else ""
    return f"{named} of {report.started_at:%Y-%m-%d %H:%M}{version}"


async def read_reports(suite: str, page: int, pages: int) -> AsyncIterator[tuple[Artifact, Report]]:
    """The reports of a suite with their artifacts, the latest first, `page` in a request, from so many `pages`.

    Those that this version cannot read are left out.
    """
    async with get_client() as prefect:
        for number in range(pages):
            found = await latest_artifacts(prefect, result_key(suite), limit=page, offset=number * page)
            for artifact in found:
                if report := Report.read(artifact.data):
                    yield artifact, report
            if len(found) < page:
                return


async def latest_artifacts(
    prefect: PrefectClient, key: str, *, run_id: UUID | None = None, limit: int = 1, offset: int = 0
) -> list[Artifact]:
    """The artifacts with a key, of one run or of any, the latest first."""
    of_run = ArtifactFilterFlowRunId(any_=[run_id]) if run_id else None
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]), flow_run_id=of_run)
    return await prefect.read_artifacts(
        artifact_filter=wanted, sort=ArtifactSort.CREATED_DESC, limit=limit, offset=offset
    )


async def read_judged_report(suite: str, run_id: UUID | str) -> Report | None:
    """The report of a run that was judged; None when it was not."""
    report = await read_report(suite, run_id)
    return report if report and report.verdict.is_judgement else None
