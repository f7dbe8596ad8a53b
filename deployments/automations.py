"""Automations: what the server does by itself when a run, a worker or the whole pool is lost, and whom it tells."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, RunDeployment, SendNotification, UnknownAction
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectNotFound
from prefect_slack import SlackWebhook

from deployments.changes import Change, Outcome, diff
from litellm_observatory.names import SLACK_BLOCK, WORK_POOL
from litellm_observatory.orchestration.recovery.find import TESTS

ZOMBIE_SECONDS = 600.0
"""Longer than the longest outage of the server that a run must survive; heartbeats come every 30 s (prefect.yaml)."""

NO_WORKER_SECONDS = 60.0
"""A worker that is replaced is away for less."""

LATE_SECONDS = 120.0
"""Suites that wait for a place see the heartbeats of those that run; where there are none, nobody works."""

Labels = dict[str, str | list[str]]

OURS: Labels = {"prefect.resource.role": "work-pool", "prefect.resource.name": WORK_POOL}
TAGGED: Labels = {
    "prefect.resource.role": "tag",
    "prefect.resource.id": [f"prefect.tag.{tag}" for tag in TESTS],
}
RUNS: Labels = {"prefect.resource.id": "prefect.flow-run.*"}
RUN = "{{ flow_run.name }}: {{ flow_run|ui_url }}"


async def ensure_automations(client: PrefectClient) -> list[Change]:
    """Every automation; without a Slack block they act, but tell nobody."""
    slack = await _slack_block(client)
    recovery = await _deployment(client, "recovery/automatic")
    worker_stopped = await _deployment(client, "worker-stopped/automatic")
    automations = (
        _zombies(),
        _crashed(recovery, slack),
        _cancelled(recovery),
        _worker_stopped(worker_stopped),
        *([_no_worker(slack), _late(slack)] if slack else []),
    )
    return [await _ensure(client, automation) for automation in automations]


def _zombies() -> AutomationCore:
    return AutomationCore(
        name="observatory: run without a heartbeat",
        description=f"Calls a run crashed that has said nothing for {ZOMBIE_SECONDS:g} s, also one that never began.",
        trigger=EventTrigger(
            after={f"prefect.flow-run.{sign}" for sign in ("Pending", "Submitting", "Running", "heartbeat")},
            expect={"prefect.flow-run.*"},
            match=RUNS,
            match_related=OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=ZOMBIE_SECONDS),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED, name="Crashed", message=f"No sign of life for {ZOMBIE_SECONDS:g} s."
            )
        ],
    )


def _crashed(recovery: UUID, slack: UUID | None) -> AutomationCore:
    return AutomationCore(
        name="observatory: run crashed",
        description="Has a crashed suite resumed, and notifies Slack.",
        trigger=_when({"prefect.flow-run.Crashed"}, [OURS, TAGGED]),
        actions=[
            _look_after(recovery),
            *_notify(slack, "🛑 A run crashed", f"{RUN} crashed; it is resumed automatically, three times at most."),
        ],
    )


def _cancelled(recovery: UUID) -> AutomationCore:
    return AutomationCore(
        name="observatory: run cancelled",
        description="Has the end reported of a suite that was cancelled and cannot report it itself.",
        trigger=_when({"prefect.flow-run.Cancelled"}, [OURS, TAGGED]),
        actions=[_look_after(recovery)],
    )


def _worker_stopped(worker_stopped: UUID) -> AutomationCore:
    parameters = {"worker": _jinja("{{ event.resource.name }}"), "at": _jinja("{{ event.occurred }}")}
    return AutomationCore(
        name="observatory: worker stopped",
        description="Has the runs called crashed that a worker leaves behind when it is stopped.",
        trigger=EventTrigger(
            expect={"prefect.worker.stopped"},
            match_related=OURS,
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[RunDeployment(source="selected", deployment_id=worker_stopped, parameters=parameters)],
    )


def _no_worker(slack: UUID) -> AutomationCore:
    return AutomationCore(
        name="observatory: no worker",
        description=f"Notifies Slack when the work pool has had no worker for {NO_WORKER_SECONDS:g} s.",
        trigger=EventTrigger(
            after={"prefect.work-pool.not-ready"},
            expect={"prefect.work-pool.ready"},
            match={"prefect.resource.id": "prefect.work-pool.*", "prefect.resource.name": WORK_POOL},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=NO_WORKER_SECONDS),
        ),
        actions=_notify(
            slack, "👷 No worker", f"Work pool {WORK_POOL} has no worker, so nothing runs: {{{{ work_pool|ui_url }}}}"
        ),
    )


def _late(slack: UUID) -> AutomationCore:
    return AutomationCore(
        name="observatory: run late",
        description="Notifies Slack when a run is late for want of a worker, not of those that wait for a place.",
        trigger=EventTrigger(
            after={"prefect.flow-run.Late"},
            expect={"prefect.flow-run.heartbeat", "prefect.flow-run.Pending", "prefect.flow-run.Running"},
            match=RUNS,
            match_related=[OURS, TAGGED],
            for_each={"related:work-pool:prefect.resource.id"},  # without any, Prefect waits from its own start on
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=LATE_SECONDS),
        ),
        actions=_notify(slack, "⏰ A run is late", f"{RUN} is due, but nobody works on it or on any other run."),
    )


def _when(events: set[str], related: Sequence[Labels]) -> EventTrigger:
    return EventTrigger(
        expect=events,
        match=RUNS,
        match_related=list(related),
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )


def _look_after(recovery: UUID) -> ActionTypes:
    """One look finds all runs that need it: of many events at once most start none (see prefect.yaml)."""
    return RunDeployment(source="selected", deployment_id=recovery)


def _jinja(template: str) -> dict[str, str]:
    return {"__prefect_kind": "jinja", "template": template}


def _notify(slack: UUID | None, subject: str, body: str) -> list[ActionTypes | UnknownAction]:
    return [SendNotification(block_document_id=slack, subject=subject, body=body)] if slack else []


async def _ensure(client: PrefectClient, automation: AutomationCore) -> Change:
    """Create or renew an automation, found by its name; what somebody disabled stays so."""
    what = f"automation {automation.name}"
    found = await client.read_automations_by_name(automation.name)
    if not found:
        await client.create_automation(automation)
        return diff(what, None, automation.model_dump())
    before = AutomationCore.model_validate(found[0].model_dump()).model_dump()
    wanted = AutomationCore.model_validate(automation.model_dump() | {"enabled": found[0].enabled})
    change = diff(what, before, wanted.model_dump())
    if change.outcome is not Outcome.UNCHANGED:
        await client.update_automation(found[0].id, wanted)
    return change


async def _slack_block(client: PrefectClient) -> UUID | None:
    try:
        document = await client.read_block_document_by_name(SLACK_BLOCK, SlackWebhook.get_block_type_slug())
    except ObjectNotFound:
        return None
    return document.id


async def _deployment(client: PrefectClient, name: str) -> UUID:
    return (await client.read_deployment_by_name(name)).id
