"""Deployments: `prefect deploy` writes them; what it cannot say, and what it forgets, is set right after it."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.responses import DeploymentResponse

from deployments.changes import Change, Outcome, diff
from deployments.command_error import CommandError
from deployments.prefect_yaml import read_prefect_yaml
from deployments.schedules import definition, keep_switches, schedule_changes, switch_all
from deployments.settings import without_secrets
from litellm_observatory.names import GATE_TAG
from litellm_observatory.project import PROJECT

OUR_OWN = PROJECT / "prefect.yaml"

LINES_OF_A_FAILURE = 12
PAGE = 100

COMPARED = {
    "description",
    "tags",
    "entrypoint",
    "version",
    "parameters",
    "parameter_openapi_schema",
    "enforce_parameter_schema",
    "work_pool_name",
    "work_queue_name",
    "job_variables",
    "pull_steps",
    "concurrency_options",
    "paused",
}
"""The fields that make a deployment what it is; the others are times, ids and the server's bookkeeping."""


async def ensure_deployments(
    client: PrefectClient, environment: Mapping[str, str], files: Sequence[Path] = (OUR_OWN,)
) -> list[Change]:
    """Every deployment of each prefect.yaml, refusing unknown parameters.

    What somebody switched on or off stays so. Raises CommandError when `prefect deploy` fails.
    """
    before = {deployment.id: deployment for deployment in await _read_all(client)}
    try:
        for file in files:
            await _deploy(file, environment)
    finally:
        for deployment in await _read_deployments_of(client, files):
            await _set_right(client, deployment, before.get(deployment.id))
    changes = []
    for deployment in await _read_deployments_of(client, files):
        changes += await _changes(client, before.get(deployment.id), deployment)
    return changes


async def switch_nights(client: PrefectClient, *, on: bool) -> list[Change]:
    """Switch the schedules of our own gates on, or off; returns those that were not so."""
    changes = []
    for before in await read_nights(client):
        await switch_all(client, before, on=on)
        after = await client.read_deployment(before.id)
        changes += schedule_changes(await name_of(client, after), before, after)
    return [change for change in changes if change.outcome is not Outcome.UNCHANGED]


async def read_nights(client: PrefectClient) -> list[DeploymentResponse]:
    """Our own gates that have a schedule."""
    return [one for one in await _read_deployments_of(client, (OUR_OWN,)) if GATE_TAG in one.tags and one.schedules]


async def _deploy(file: Path, environment: Mapping[str, str]) -> None:
    """Run `prefect deploy` for the whole of a prefect.yaml, with its folder as the working directory."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", file.name),
        cwd=file.parent,
        env=without_secrets(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise CommandError(f"{file.name} could not be deployed; prefect deploy says:\n{_reason(output.decode())}")


def _reason(output: str) -> str:
    """The end of what `prefect deploy` printed; of a stack trace only what was raised."""
    _, traced, trace = output.rpartition("Traceback (most recent call last):")
    lines = [line for line in trace.splitlines() if line.strip()]
    if traced:
        lines = [line for line in lines if not line.startswith(" ") and line != "An exception occurred."]
    return "\n".join(f"  {line}" for line in lines[-LINES_OF_A_FAILURE:])


async def _set_right(
    client: PrefectClient, deployment: DeploymentResponse, before: DeploymentResponse | None
) -> None:
    """Refuse unknown parameters, which prefect.yaml cannot ask for, and undo the resetting of switches."""
    schema = {**(deployment.parameter_openapi_schema or {}), "additionalProperties": False}
    paused = before.paused if before else deployment.paused
    await client.update_deployment(deployment.id, DeploymentUpdate(parameter_openapi_schema=schema, paused=paused))
    if before:
        await keep_switches(client, deployment, before)


async def _changes(
    client: PrefectClient, before: DeploymentResponse | None, after: DeploymentResponse
) -> list[Change]:
    name = await name_of(client, after)
    deployment = diff(f"deployment {name}", _fields(before) if before else None, _fields(after))
    return [deployment, *schedule_changes(name, before, after)]


async def name_of(client: PrefectClient, deployment: DeploymentResponse) -> str:
    """A deployment as `flow/deployment`."""
    flow = await client.read_flow(deployment.flow_id)
    return f"{flow.name}/{deployment.name}"


def _fields(deployment: DeploymentResponse) -> dict[str, Any]:
    limit = deployment.global_concurrency_limit
    return {
        **deployment.model_dump(include=COMPARED),
        "concurrency_limit": limit.limit if limit else None,
        "schedules": [definition(schedule) for schedule in deployment.schedules],
    }


async def _read_deployments_of(client: PrefectClient, files: Sequence[Path]) -> list[DeploymentResponse]:
    """The server's deployments that the files declare, in the order of their names."""
    declared = frozenset().union(*map(read_prefect_yaml, files))
    found = [one for one in await _read_all(client) if (one.name, one.entrypoint) in declared]
    return sorted(found, key=lambda deployment: (deployment.entrypoint or "", deployment.name))


async def _read_all(client: PrefectClient) -> list[DeploymentResponse]:
    deployments: list[DeploymentResponse] = []
    while page := await client.read_deployments(limit=PAGE, offset=len(deployments)):
        deployments += page
    return deployments
