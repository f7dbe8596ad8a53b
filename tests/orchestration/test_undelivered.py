"""What Slack was not told: tried again sparingly, after the care of runs, and never where Slack refuses for good."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.states import Crashed, Running
from prefect_slack import SlackWebhook
from pydantic import SecretStr

from flows.recovery import recovery
from flows.single_request import single_request
from litellm_observatory.orchestration.publishing import slack
from litellm_observatory.orchestration.publishing.slack import SlackUndeliveredError
from litellm_observatory.standin.gateway.serving import serve
from litellm_observatory.standin.slack.app import Slack
from tests.orchestration.conftest import Finished, Observatory
from tests.orchestration.worker import deploy_suites, tags_of


@dataclass
class Channel:
    """A Slack of a test's own: what other tests of the session left untold goes elsewhere."""

    slack: Slack
    block: str
    observatory: Observatory

    async def missed(self, status: int, runs: int) -> list[UUID]:
        """Runs whose end this Slack was not told, for it answered `status`."""
        self.slack.status = status
        return [(await self.run()).id for _ in range(runs)]

    async def run(self) -> Finished:
        return await self.observatory.run(single_request, slack=self.block)

    async def posts_of_a_pass(self) -> int:
        """How often a pass of recovery tries to tell this Slack."""
        before = self.slack.posts
        await self.observatory.run(recovery)
        return self.slack.posts - before


@pytest.fixture
async def channel(observatory: Observatory) -> AsyncIterator[Channel]:
    async with AsyncExitStack() as stack:
        own = Slack()
        served = stack.enter_context(serve(own))
        await SlackWebhook(url=SecretStr(f"{served.url}/services/x")).asave(block := f"slack-{uuid4()}")
        yield Channel(own, block, observatory)


async def test_while_slack_is_away_a_pass_tries_one_message_and_once_it_is_back_all(
    channel: Channel,
) -> None:
    runs = await channel.missed(500, runs=3)
    assert await channel.posts_of_a_pass() == 1
    channel.slack.status = 200
    assert await channel.posts_of_a_pass() == 3
    assert [await tags_of(run) for run in runs] == [[], [], []]
    assert await channel.posts_of_a_pass() == 0


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_a_webhook_that_was_revoked_is_tried_once_and_said_in_the_report(channel: Channel, status: int) -> None:
    channel.slack.status = status
    run = await channel.run()
    assert channel.slack.posts == 1
    assert f"Slack was not notified, and will not be: Slack answered {status}" in run.page
    assert await tags_of(run.id) == []
    assert await channel.posts_of_a_pass() == 0


async def test_a_webhook_that_is_revoked_while_messages_wait_is_tried_once_for_each(channel: Channel) -> None:
    runs = await channel.missed(500, runs=2)
    channel.slack.status = 410
    assert await channel.posts_of_a_pass() == 2
    assert [await tags_of(run) for run in runs] == [[], []]
    async with get_client() as prefect:
        of_these = ArtifactFilter(
            flow_run_id=ArtifactFilterFlowRunId(any_=runs), key=ArtifactFilterKey(any_=["single-request-report"])
        )
        pages = [str(one.data) for one in await prefect.read_artifacts(artifact_filter=of_these)]
    assert len(pages) == 2
    assert all("will not be: Slack answered 410" in page for page in pages)
    assert not any("It will be once it is back" in page for page in pages)


async def test_crashed_runs_are_taken_up_before_slack_is_tried(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel.missed(500, runs=1)
    await deploy_suites()
    seen: list[str | None] = []
    async with get_client() as prefect:
        deployment = await prefect.read_deployment_by_name("single-request/on-demand")
        crashed = await prefect.create_flow_run_from_deployment(deployment.id, state=Running())
        await prefect.set_flow_run_state(crashed.id, Crashed(), force=True)

        async def deliver(*_: object) -> None:
            seen.append((await prefect.read_flow_run(crashed.id)).state_name)
            raise SlackUndeliveredError("Slack cannot be reached")

        monkeypatch.setattr(slack, "deliver", deliver)
        await channel.observatory.run(recovery)
        await prefect.delete_flow_run(crashed.id)
    assert set(seen) == {"AwaitingRetry"}


async def test_a_pass_that_has_no_time_left_leaves_the_rest_to_the_next(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await channel.missed(500, runs=1)
    channel.slack.status = 200
    with monkeypatch.context() as patch:
        patch.setattr("flows.recovery.PASS_SECONDS", 0.0)
        assert await channel.posts_of_a_pass() == 0
    assert await channel.posts_of_a_pass() == 1
