"""A Prefect server as release tooling uses it, through Prefect's own client: start a run, look at it, cancel it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, DeploymentFilter, FlowFilter, FlowRunFilter
from prefect.client.schemas.objects import Artifact, FlowRun, State, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import ArtifactSort

from deployments.auth import CLIENT_AUTH, read_key_of_client
from deployments.command_error import CommandError
from deployments.retries import Answer, ApiError, ask_patiently
from deployments.settings import SERVER
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.names import CANCELLED_BY_LABEL, ON_DEMAND, SUITE_TAG, Canceller
from litellm_observatory.orchestration.gate.deployed import MOST_SUITES

ANSWER_SECONDS = 20.0
"""Prefect's client asks six times for what takes longer, or where the server is too busy or away."""

HERE = {"127.0.0.1", "localhost", "::1"}
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run; `state` is its state's name, `kind` its type, `message` the state's sentence."""

    id: str
    name: str
    kind: str
    state: str
    message: str
    parameters: dict[str, Any] = field(default_factory=dict, compare=False)
    ended_at: datetime | None = field(default=None, compare=False)
    labels: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, run: FlowRun) -> Self:
        """The run as Prefect's client read it."""
        kind, name, message = ("", "", "")
        if run.state:
            kind, name, message = run.state.type.value, run.state.name or "", run.state.message or ""
        # Prefect's own times do not all that Python's do.
        ended_at = datetime.fromtimestamp(run.end_time.timestamp(), UTC) if run.end_time else None
        return cls(str(run.id), run.name, kind, name, message, run.parameters, ended_at, run.labels)

    @property
    def has_ended(self) -> bool:
        """Whether its state is final."""
        return self.kind in FINAL


def connect(environment: Mapping[str, str], **retries: Any) -> "PrefectApi":
    """The API at PREFECT_API_URL, through the proxy that the environment names, if it does. Raises CommandError."""
    try:
        url = httpx.URL(environment[SERVER].strip())
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host or "%" in url.host:
        raise CommandError(f"{SERVER} is no URL; it looks like https://prefect.example.com/api.")
    client = SyncPrefectClient(
        str(url.copy_with(userinfo=b"")).rstrip("/"),
        auth_string=environment.get(CLIENT_AUTH, "").strip() or unquote(url.userinfo.decode()) or None,
        api_key=read_key_of_client(environment),
        httpx_settings={"timeout": ANSWER_SECONDS, "trust_env": url.host not in HERE},
    )
    return PrefectApi(client, **retries)


@dataclass(frozen=True, slots=True)
class PrefectApi:
    """A Prefect server; every method raises CommandError when it refuses, or does not answer.

    Where Prefect's client gives up it is asked again for `retry_seconds`; `notify` says that once.
    """

    client: SyncPrefectClient = field(repr=False)
    retry_seconds: float = 10.0
    notify: Callable[[str], object] = field(default=lambda _: None, repr=False)

    @property
    def url(self) -> str:
        """Its address, without what lets us in."""
        return str(self.client.api_url).rstrip("/")

    def call(self, ask: Callable[[], Answer]) -> Answer:
        """What Prefect's client answers. Raises ApiError for a refusal, another CommandError where none comes."""
        return ask_patiently(ask, self.url, self.retry_seconds, self.notify)

    def read_deployment(self, name: str) -> DeploymentResponse:
        """What there is of `flow/deployment`."""
        return self.call(lambda: self.client.read_deployment_by_name(name))

    def start_run(self, deployment: str, parameters: dict[str, Any], key: str | None = None) -> Run:
        """Start a run of `flow/deployment`; asked again under one idempotency key, so that it is never two.

        The run that was started under `key` before is returned as it is, with its own parameters.
        """
        found, key = self.read_deployment(deployment).id, key or str(uuid4())
        start = self.client.create_flow_run_from_deployment
        return Run.of(self.call(lambda: start(found, parameters=parameters, idempotency_key=key)))

    def read_run(self, run_id: str) -> Run:
        """The run as it is now."""
        return Run.of(self.call(lambda: self.client.read_flow_run(UUID(run_id))))

    def progress(self, run: Run) -> Progress | None:
        """How far a run says that it is; None before it says anything."""
        found = self.newest_artifact(flow_run_id={"any_": [run.id]}, type={"any_": ["progress"]})
        return Progress.read(found.metadata_) if found else None

    def artifact(self, run: Run, key: str) -> Artifact | None:
        """A run's latest artifact with this key; None where it has none."""
        return self.newest_artifact(flow_run_id={"any_": [run.id]}, key={"any_": [key]})

    def newest_artifact(self, **chosen: dict[str, Any]) -> Artifact | None:
        """The latest of the artifacts that a filter with these fields lets through, if any."""
        wanted, newest = ArtifactFilter.model_validate(chosen), ArtifactSort.CREATED_DESC
        found = self.call(lambda: self.client.read_artifacts(artifact_filter=wanted, sort=newest, limit=1))
        return found[0] if found else None

    def suites(self) -> list[str]:
        """The suites that are deployed: of what runs on demand the flow's name, of the others FLOW/DEPLOYMENT."""
        tagged = DeploymentFilter.model_validate({"tags": {"all_": [SUITE_TAG]}})
        found = self.call(lambda: self.client.read_deployments(deployment_filter=tagged, limit=MOST_SUITES))
        theirs = FlowFilter.model_validate({"id": {"any_": sorted({one.flow_id for one in found})}})
        flows = self.call(lambda: self.client.read_flows(flow_filter=theirs, limit=MOST_SUITES))
        names = {flow.id: flow.name for flow in flows}
        every = {f"{names[one.flow_id]}/{one.name}" for one in found if one.flow_id in names}
        return sorted(name.removesuffix(f"/{ON_DEMAND}") for name in every)

    def runs_to_end(self) -> list[Run]:
        """All runs that have not ended, but for those that a schedule has put into the future."""
        found = self._runs(state={"type": {"any_": ["RUNNING", "PENDING", "SCHEDULED", "PAUSED", "CANCELLING"]}})
        return [Run.of(run) for run in found if not (run.state_type == StateType.SCHEDULED and run.auto_scheduled)]

    def missed_runs(self) -> list[Run]:
        """Runs whose schedule put them at a time that has passed, and that nobody has started."""
        found = self._runs(
            state={"type": {"any_": ["SCHEDULED"]}}, expected_start_time={"before_": datetime.now(UTC)}
        )
        return [Run.of(run) for run in found if run.auto_scheduled]

    def _runs(self, **chosen: dict[str, Any]) -> list[FlowRun]:
        wanted = FlowRunFilter.model_validate(chosen)
        return self.call(lambda: self.client.read_flow_runs(flow_run_filter=wanted))

    def cancel(self, run: Run, *, why: str, by: Canceller | None = None, force: bool = False) -> None:
        """Ask a run to end as cancelled; with `force` it is cancelled at once, whoever still executes it.

        `by` is for programs, `why` for people.
        """
        if by:
            self.call(lambda: self.client.update_flow_run_labels(UUID(run.id), {CANCELLED_BY_LABEL: by}))
        kind = StateType.CANCELLED if force else StateType.CANCELLING
        state: State[Any] = State(type=kind, name=kind.value.capitalize(), message=why)
        self.call(lambda: self.client.set_flow_run_state(run.id, state, force=force))

    def has_block(self, slug: str, name: str) -> bool:
        """Whether there is a block document `name` of the block type `slug`."""
        try:
            self.call(lambda: self.client.read_block_document_by_name(name, slug, include_secrets=False))
        except ApiError as error:
            if error.status != httpx.codes.NOT_FOUND:
                raise
            return False
        return True
