"""Schedules: prefect.yaml says when they are due, people say whether they are on."""

from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse

from deployments.changes import Change, diff


async def keep_switches(client: PrefectClient, deployment: DeploymentResponse, before: DeploymentResponse) -> None:
    """Switch each schedule as it was before; one that is new stays as prefect.yaml has it."""
    was = {_identity(schedule): schedule.active for schedule in before.schedules}
    for schedule in deployment.schedules:
        await _switch(client, deployment, schedule, was.get(_identity(schedule), schedule.active))


async def switch_all(client: PrefectClient, deployment: DeploymentResponse, *, on: bool) -> None:
    """Switch every schedule of a deployment on, or off."""
    for schedule in deployment.schedules:
        await _switch(client, deployment, schedule, on)


def schedule_changes(name: str, before: DeploymentResponse | None, after: DeploymentResponse) -> list[Change]:
    """What became of each schedule of deployment `name`."""
    was = {_identity(schedule): schedule for schedule in before.schedules} if before else {}
    changes = []
    for schedule in after.schedules:
        old = was.get(_identity(schedule))
        what = f"schedule {name}, {_when(schedule)}: {'on' if schedule.active else 'off'}"
        changes.append(diff(what, _fields(old) if old else None, _fields(schedule)))
    return changes


def definition(schedule: DeploymentSchedule) -> dict[str, Any]:
    """When a schedule is due and with which parameters, without its switch."""
    return schedule.model_dump(mode="json", include={"schedule", "parameters", "slug"})


async def _switch(
    client: PrefectClient, deployment: DeploymentResponse, schedule: DeploymentSchedule, active: bool | None
) -> None:
    if schedule.active != active:
        await client.update_deployment_schedule(deployment.id, schedule.id, active=active)


def _fields(schedule: DeploymentSchedule) -> dict[str, Any]:
    return {**definition(schedule), "switch": schedule.active}


def _identity(schedule: DeploymentSchedule) -> str:
    return schedule.slug or schedule.schedule.model_dump_json()


def _when(schedule: DeploymentSchedule) -> str:
    due = schedule.schedule.model_dump(mode="json", exclude_none=True)
    spoken = due.get("cron") or due.get("rrule") or f"every {due.get('interval')} s"
    return f"{spoken} {due.get('timezone', '')}".strip()
