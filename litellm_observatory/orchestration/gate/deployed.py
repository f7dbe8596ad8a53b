"""The suites that are deployed, and what their deployments say of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    DeploymentFilterTags,
)
from prefect.client.schemas.responses import DeploymentResponse

from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.names import ON_DEMAND, SUITE_TAG

MOST_SUITES = 200

WORKING_DIRECTORY = "prefect.deployments.steps.set_working_directory"
"""The pull step that `prefect deploy` writes where prefect.yaml has none."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite that is deployed: the parameters that it takes, the kind of target that it tests, and its queue.

    `defaults` are the values of its parameters where nobody gives others; those of `declared` stand in its stanza.
    Its flow lies at `entrypoint`, which starts in `folder` on the machine that runs it, None where nobody says.
    """

    takes: frozenset[str]
    kind: TargetKind
    queue: UUID | None
    defaults: dict[str, Any]
    declared: frozenset[str]
    entrypoint: str | None
    folder: Path | None


async def read_suites(prefect: PrefectClient) -> dict[str, Suite]:
    """The suites that can be started on demand, by their names."""
    found = await prefect.read_deployments(
        deployment_filter=DeploymentFilter(
            name=DeploymentFilterName(any_=[ON_DEMAND]), tags=DeploymentFilterTags(all_=[SUITE_TAG])
        ),
        limit=MOST_SUITES,
    )
    return {(await prefect.read_flow(one.flow_id)).name: _suite(one) for one in found}


def _suite(deployment: DeploymentResponse) -> Suite:
    """What a deployment says of its suite: its schema what it takes, a tag what it tests where that is no chat."""
    fields = (deployment.parameter_openapi_schema or {}).get("properties", {})
    kind = next((kind for kind in TargetKind if kind in deployment.tags), TargetKind.CHAT)
    return Suite(
        frozenset(fields),
        kind,
        deployment.work_queue_id,
        defaults_of(deployment),
        frozenset(deployment.parameters),
        deployment.entrypoint,
        _folder(deployment),
    )


def _folder(deployment: DeploymentResponse) -> Path | None:
    """Where a deployment's entry point starts: in the folder that its pull steps go to last, or at its path."""
    steps = deployment.pull_steps or ()
    folders = [step[WORKING_DIRECTORY].get("directory") for step in steps if WORKING_DIRECTORY in step]
    folder = folders[-1] if folders else None if steps else deployment.path
    return Path(folder) if folder else None


def defaults_of(deployment: DeploymentResponse) -> dict[str, Any]:
    """The values of a deployment's parameters where nobody gives others: those of its stanza, else its flow's."""
    fields = (deployment.parameter_openapi_schema or {}).get("properties", {})
    return {name: field["default"] for name, field in fields.items() if "default" in field} | deployment.parameters


async def refuse_paused(prefect: PrefectClient, suites: Iterable[Suite]) -> None:
    """Raise PreflightError where the work queue of a suite, or its pool, is paused: its run would wait for ever.

    A deployment that is paused itself makes nobody wait: that stops its schedules alone.
    """
    for queue_id in {suite.queue for suite in suites if suite.queue}:
        queue = await prefect.read_work_queue(queue_id)
        pool = queue.work_pool_name or ""
        if queue.is_paused:
            way = f"prefect work-queue resume {queue.name} --pool {pool}"
            what = f"work queue '{queue.name}' is paused, so no suite would begin"
            raise PreflightError(what, f"resume it: {way}")
        if pool and (await prefect.read_work_pool(pool)).is_paused:
            way = f"prefect work-pool resume {pool}"
            raise PreflightError(f"work pool '{pool}' is paused, so no suite would begin", f"resume it: {way}")
