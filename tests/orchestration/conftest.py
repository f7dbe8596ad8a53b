"""A real Prefect server for the session; for each test a stand-in gateway, a stand-in Slack, and their blocks."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterId,
    ArtifactFilterKey,
)
from prefect.client.schemas.objects import State
from prefect.client.schemas.sorting import ArtifactSort
from prefect.flow_engine import run_flow_async
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, PREFECT_LOCAL_STORAGE_PATH, temporary_settings
from prefect.states import AwaitingRetry
from prefect.testing.utilities import prefect_test_harness
from prefect_slack import SlackWebhook
from pydantic import SecretStr

from litellm_observatory.core.report.headline import LONGEST
from litellm_observatory.core.report.report import Report
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.orchestration.duplicates.identity import full_parameters
from litellm_observatory.orchestration.publishing.slack import notify_slack
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.formats import Model
from litellm_observatory.standin.gateway.serving import serve
from litellm_observatory.standin.slack.app import Slack
from tests.timeouts import LONGEST_WAIT_SECONDS

KEY = "sk-observatory-0123456789abcdef"
WEBHOOK_SECRET = "SeCrEtWeBhOoKpAtH0123"
MODELS = ("gpt-4o-mini", "azure-gpt-4o")
SERVERS = ("weather", "clock")


@dataclass(frozen=True)
class Finished:
    """A finished flow run, as a user finds it."""

    id: UUID
    state: State[Any]
    artifacts: dict[str, Any]
    messages: list[dict[str, Any]]

    @property
    def report(self) -> Report:
        """The result artifact, read back."""
        return Report.model_validate(next(d for key, d in self.artifacts.items() if key.endswith("-result")))

    @property
    def reason(self) -> str:
        """All that is said of its end: the report's whole sentence, or of a run without a report its state's."""
        has_report = any(key.endswith("-result") for key in self.artifacts)
        return self.report.reason if has_report else self.state.message or ""

    @property
    def page(self) -> str:
        """The report's markdown."""
        return str(next(data for key, data in self.artifacts.items() if key.endswith("-report")))

    @property
    def course(self) -> str:
        """Where it stands among earlier runs, by the first words below Slack's header; else its verdict."""
        below = str(self.messages[0]["blocks"][1]["text"]["text"])
        alert = re.match(r"• \*alert\* (Resolved|Still failing)", below)
        return alert[1] if alert else str(self.report.verdict)

    @property
    def slack_text(self) -> str:
        """Everything that Slack shows of this run's messages."""
        return json.dumps(self.messages, ensure_ascii=False)


@dataclass(frozen=True)
class Observatory:
    """What a flow meets: a gateway, a Slack channel, a folder for results."""

    gateway: Gateway
    gateway_url: str
    slack: Slack
    results: Path

    async def run(self, flow: Flow[Any, Any], **parameters: Any) -> Finished:
        """Run a flow in this process and collect what it left."""
        told = len(self.slack.messages)
        state: State[Any] = await cast(Any, flow)(**parameters, return_state=True)
        run_id = state.state_details.flow_run_id
        assert run_id
        return await self._finished(run_id, state, told)

    async def has_received(self, requests: int) -> UUID:
        """Wait until the gateway has received so many requests; returns the run that sent the first."""
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while len(self.gateway.received) < requests:  # noqa: ASYNC110  it serves in another thread
                await asyncio.sleep(0.01)
        return UUID((self.gateway.received[0].request_id or "")[:36])

    async def again(self, flow: Flow[Any, Any], run: Finished | UUID, **parameters: Any) -> Finished:
        """Take up a run with these parameters that has ended, as the UI's Retry button and a worker do."""
        told = len(self.slack.messages)
        run_id = run.id if isinstance(run, Finished) else run
        async with get_client() as client:
            await client.set_flow_run_state(run_id, AwaitingRetry(), force=True)
            flow_run = await client.read_flow_run(run_id)
        state = await run_flow_async(
            flow, flow_run=flow_run, parameters=full_parameters(flow, parameters), return_type="state"
        )
        return await self._finished(run_id, cast(State[Any], state), told)

    async def forget(self, suite: str) -> None:
        """Delete what earlier tests left of a suite, so that its next run has no predecessor."""
        async with get_client() as client:
            key = ArtifactFilter(key=ArtifactFilterKey(any_=[f"{suite}-result"]))
            for artifact in await client.read_artifacts(artifact_filter=key):
                await client.delete_artifact(artifact.id)

    async def _finished(self, run_id: UUID, state: State[Any], told: int) -> Finished:
        async with get_client() as client:
            found = await client.read_artifacts(
                artifact_filter=ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id])),
                sort=ArtifactSort.CREATED_DESC,
            )
        message = state.message or ""
        assert len(message) <= LONGEST, message
        assert message.isprintable(), message
        artifacts = {artifact.key: artifact.data for artifact in reversed(found) if artifact.key}
        return Finished(run_id, state, artifacts, self.slack.messages[told:])


async def page_at(address: str | None) -> str:
    """The artifact that the UI shows at an address of ours."""
    assert address
    _, _, artifact_id = address.partition("/artifacts/artifact/")
    async with get_client() as client:
        [page] = await client.read_artifacts(
            artifact_filter=ArtifactFilter(id=ArtifactFilterId(any_=[UUID(artifact_id)]))
        )
    return str(page.data)


def database_file() -> Path:
    """Where the session's Prefect server keeps everything."""
    return Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).removeprefix("sqlite+aiosqlite:///"))


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    with prefect_test_harness(server_startup_timeout=LONGEST_WAIT_SECONDS):
        yield


@dataclass(frozen=True)
class Stage:
    """What all tests of the session share: a served gateway, a served Slack, and the blocks that name them."""

    gateway: Gateway
    gateway_url: str
    slack: Slack


@pytest.fixture(scope="session")
def stage(prefect_server: None) -> Iterator[Stage]:
    models = [*(Model(name, "chat") for name in MODELS), Model("embedder", "embedding")]
    gateway = Gateway(models, KEY, servers=SERVERS)
    slack = Slack()
    with serve(gateway) as served, serve(slack) as channel:
        LiteLLMGateway(url=served.url, api_key=SecretStr(KEY)).save("default", overwrite=True)
        webhook = f"{channel.url}/services/T0/B0/{WEBHOOK_SECRET}"
        SlackWebhook(url=SecretStr(webhook)).save("litellm-observatory", overwrite=True)
        yield Stage(gateway, served.url, slack)


@pytest.fixture
def observatory(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Observatory]:
    """A healthy gateway with two chat models, a Slack that listens, and a folder of its own for results.

    A machine that does other things, too, may send late: that our client then accuses itself is tested by itself.
    """
    monkeypatch.setattr("litellm_observatory.core.judging.validity.MOST_LATENESS_SECONDS", 2.0)
    monkeypatch.setattr(notify_slack, "retry_delay_seconds", [0.01] * 4)
    monkeypatch.setattr("litellm_observatory.orchestration.send_soak.LEAD_SECONDS", 0.5)
    stage.gateway.arm()
    stage.gateway.latency_seconds = stage.gateway.chunk_seconds = 0.0
    stage.slack.status = 200
    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: tmp_path / "results"}):
        yield Observatory(stage.gateway, stage.gateway_url, stage.slack, tmp_path / "results")
