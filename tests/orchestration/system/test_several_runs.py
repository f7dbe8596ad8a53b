"""What shows only over several runs of a soak: on another host, without its Slack block, against earlier ones."""

import asyncio
from pathlib import Path
from typing import cast

import prefect
import pytest
from prefect.filesystems import LocalFileSystem
from prefect.settings import PREFECT_DEFAULT_RESULT_STORAGE_BLOCK, PREFECT_LOCAL_STORAGE_PATH, temporary_settings
from prefect_slack import SlackWebhook

from flows.oai_azure_release import oai_azure_release
from flows.recovery import recovery
from flows.single_request import single_request
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.orchestration.conftest import MODELS, Observatory
from tests.orchestration.system.test_survive import LONGER, QUICK, cancelled_after
from tests.orchestration.worker import tags_of

pytestmark = pytest.mark.night


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
    courses = []
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
        courses.append(run.course)
        if run.course == "Resolved":
            assert "it had been failing for" in run.slack_text
            assert "in 3 runs" in run.page
        elif run.course == "Still failing":
            assert "in 2 runs" in run.slack_text
    assert courses == ["failed", "Still failing", "failed", "Resolved", "passed"]


async def test_a_passed_run_is_compared_with_the_last_good_one(observatory: Observatory) -> None:
    enough = QUICK | {"duration_hours": 6.5 / 3600, "request_interval_seconds": 0.02, "slack": ""}
    first = await observatory.run(oai_azure_release, **enough)
    observatory.gateway.latency_seconds = 0.05
    second = await observatory.run(oai_azure_release, **enough, models=["azure-gpt-4o", "gpt-4o-mini"])

    assert "oai-azure-release-series" in first.artifacts
    finding = second.report.findings[-1]
    assert finding.objective == "against the last good run"
    assert "p95 of overhead changed by +0% to +0% against run " in finding.sentence
    assert finding.status is Status.MET


async def test_a_run_that_tests_the_same_as_one_that_goes_on_ends_as_its_duplicate(observatory: Observatory) -> None:
    first = asyncio.create_task(observatory.run(oai_azure_release, **QUICK, models=list(MODELS)))
    run_id = str(await observatory.has_received(1))

    second = await observatory.run(oai_azure_release, **QUICK, models=list(reversed(MODELS)))
    with prefect.tags("release:v2"):
        other_release = await observatory.run(oai_azure_release, **QUICK, models=list(MODELS))
    await first
    after = await observatory.run(oai_azure_release, **QUICK, models=list(MODELS))

    assert (second.state.type.value, second.state.name) == ("CANCELLED", "Duplicate")
    assert second.reason.startswith("Duplicate of ")
    assert second.reason.endswith(f"/runs/flow-run/{run_id}")
    assert second.artifacts == {}
    assert other_release.report.sent == after.report.sent == 60
    ids = [record.request_id or "" for record in observatory.gateway.received]
    assert not any(one.startswith(str(second.id)) for one in ids)


async def test_what_slack_missed_is_told_once_when_it_is_back(observatory: Observatory) -> None:
    observatory.slack.status = 500
    run = await observatory.run(single_request)
    assert await tags_of(run.id) == ["slack-undelivered"]

    await observatory.run(recovery)
    assert await tags_of(run.id) == ["slack-undelivered"]
    observatory.slack.status = 200
    first, second = await observatory.run(recovery), await observatory.run(recovery)

    # Only what is said of this run: the passes look after what other tests have left, too.
    [message], again = ([one for one in done.messages if str(run.id) in str(one)] for done in (first, second))
    assert message["blocks"][0]["text"]["text"] == "✅ Passed: 2 of 2 requests passed"
    assert again == []
    assert await tags_of(run.id) == []


async def test_what_recovery_told_is_not_told_again_by_a_retry(observatory: Observatory) -> None:
    observatory.slack.status = 500
    run = await observatory.run(single_request)
    observatory.slack.status = 200
    late = await observatory.run(recovery, flow_run_id=run.id)
    again = await observatory.again(single_request, run)
    assert (len(late.messages), again.messages) == (1, [])
