"""What an earlier version called otherwise, which goes when this one is applied."""

from contextlib import suppress

from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound

from deployments.changes import Change, Outcome

FORMER_AUTOMATION, FORMER_DEPLOYMENT = "observatory: worker ended", "worker-ended/automatic"
"""What `worker stopped` was in earlier versions: both would act on a worker's end."""


async def delete_former(client: PrefectClient) -> list[Change]:
    """Delete what an earlier version called otherwise, if it is still there."""
    changes = []
    for automation in await client.read_automations_by_name(FORMER_AUTOMATION):
        await client.delete_automation(automation.id)
        changes.append(Change(Outcome.DELETED, f"automation {FORMER_AUTOMATION}"))
    with suppress(ObjectNotFound):
        await client.delete_deployment((await client.read_deployment_by_name(FORMER_DEPLOYMENT)).id)
        changes.append(Change(Outcome.DELETED, f"deployment {FORMER_DEPLOYMENT}"))
    return changes
