"""What an earlier version called otherwise goes when this one is applied: both would act on the same event."""

import asyncio
from datetime import timedelta

from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from deployments.apply import FORMER_AUTOMATION, delete_former
from deployments.connection import connected
from deployments.settings import SERVER
from tests.deployments.gate.fake_gate import FakeGate


def test_the_automation_and_the_deployment_of_a_worker_that_ended_are_deleted_once(here: FakeGate) -> None:
    flow = here.prefect.ask("POST", "/flows/", {"name": "worker-ended"})
    here.prefect.ask("POST", "/deployments/", {"name": "automatic", "flow_id": flow["id"]})
    trigger = EventTrigger(
        expect={"prefect.worker.stopped"}, posture=Posture.Reactive, threshold=1, within=timedelta(0)
    )
    former = AutomationCore(name=FORMER_AUTOMATION, trigger=trigger, actions=[DoNothing()])

    async def deleted() -> tuple[list[str], list[str]]:
        async with connected({SERVER: here.api_url}) as client:
            await client.create_automation(former)
            first, second = await delete_former(client), await delete_former(client)
            assert await client.read_automations_by_name(FORMER_AUTOMATION) == []
            return [str(change) for change in first], [str(change) for change in second]

    assert asyncio.run(deleted()) == (
        [
            "deleted   automation observatory: worker ended",
            "deleted   deployment worker-ended/automatic",
        ],
        [],
    )
