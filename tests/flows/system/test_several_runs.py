"""What shows only over several runs of a soak: on another host, without its Slack block, against earlier ones."""

from pathlib import Path
from typing import cast

from prefect.filesystems import LocalFileSystem
from prefect.settings import PREFECT_DEFAULT_RESULT_STORAGE_BLOCK, PREFECT_LOCAL_STORAGE_PATH, temporary_settings
from prefect_slack import SlackWebhook

from flows.oai_azure_release import oai_azure_release
from suites.judging.verdict import Standing
from tests.flows.conftest import MODELS, Observatory
from tests.flows.test_survive import LONGER, QUICK, cancelled_after, tags_of
from tests.gateway.faults import Fault, FaultKind


async def test_windows_lie_in_the_storage_block_that_workers_of_several_hosts_share(
    observatory: Observatory, tmp_path: Path
) -> None:
    await LocalFileSystem(basepath=str(tmp_path / "shared")).asave("shared", overwrite=True)
    with temporary_settings({PREFECT_DEFAULT_RESULT_STORAGE_BLOCK: "local-file-system/shared"}):
        first = await cancelled_after(observatory, 30, **LONGER)
    with temporary_settings(  # the other host, on which this run has left nothing
        {
            PREFECT_DEFAULT_RESULT_STORAGE_BLOCK: "local-file-system/shared",
            PREFECT_LOCAL_STORAGE_PATH: tmp_path / "other",
        }
    ):
        run = await observatory.again(oai_azure_release, first, **LONGER)
    assert list((tmp_path / "shared").iterdir())
    assert run.report.sent >= first.report.sent
    ids = [record.request_id for record in observatory.gateway.received]
    assert len(set(ids)) == len(ids)


async def test_a_run_that_has_begun_goes_on_without_its_slack_block_and_is_told_when_that_is_back(
    observatory: Observatory,
) -> None:
    webhook = cast(SlackWebhook, await SlackWebhook.aload("litellm-observatory"))
    await SlackWebhook(url=webhook.url).asave("moved", overwrite=True)
    first = await cancelled_after(observatory, 30, **LONGER, slack="moved")
    await SlackWebhook.adelete("moved")
    run = await observatory.again(oai_azure_release, first, **LONGER, slack="moved")
    assert run.report.sent >= first.report.sent
    assert run.messages == []
    assert await tags_of(run.id) == ["slack-undelivered"]


async def test_a_failure_is_told_at_once_then_as_still_there_and_at_last_as_resolved(
    observatory: Observatory,
) -> None:
    soak = QUICK | {"models": [MODELS[0]]}
    heads = []
    faults: tuple[list[Fault], ...] = (
        [Fault(FaultKind.STATUS)],
        [Fault(FaultKind.STATUS)],
        [Fault(FaultKind.EMPTY)],
        [],
        [],
    )
    for armed in faults:
        observatory.gateway.arm(armed)
        run = await observatory.run(oai_azure_release, **soak)
        heads.append(run.messages[0]["blocks"][0]["text"]["text"].removesuffix(": oai-azure-release"))
        if heads[-1] == "✅ Resolved":
            assert "it had been failing for" in run.slack_text
            assert "in 3 runs" in run.page
        elif heads[-1] == "❌ Still failing":
            assert "in 2 runs" in run.slack_text
    assert heads == ["❌ Failed", "❌ Still failing", "❌ Failed", "✅ Resolved", "✅ Passed"]


async def test_a_passed_run_is_compared_with_the_last_good_one(observatory: Observatory) -> None:
    enough = QUICK | {"duration_hours": 6.5 / 3600, "request_interval_seconds": 0.02, "slack": ""}
    first = await observatory.run(oai_azure_release, **enough)
    observatory.gateway.latency_seconds = 0.05
    second = await observatory.run(oai_azure_release, **enough, models=["azure-gpt-4o", "gpt-4o-mini"])

    assert "oai-azure-release-series" in first.artifacts
    finding = second.report.findings[-1]
    assert finding.objective == "against the last good run"
    assert "p95 of overhead changed by +0% to +0% against run " in finding.sentence
    assert finding.standing is Standing.HOLDS
