"""`litellm-observatory apply`: the server at PREFECT_API_URL gets everything that is declared."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound

from deployments.automations import ensure_automations
from deployments.blocks import check_gateway, ensure_block_types, ensure_documents, read_document
from deployments.changes import Change, Notice, Outcome, status_of
from deployments.command_error import CommandError
from deployments.connection import connected
from deployments.deploy import OUR_OWN, ensure_deployments, switch_nights
from deployments.notices import read_notices
from deployments.pool import ensure_pool
from deployments.prefect_yaml import read_prefect_yaml
from deployments.settings import API_KEY, GATEWAY_URL, NIGHTLY, Settings
from litellm_observatory.names import DEFAULT_GATEWAY
from litellm_observatory.orchestration.blocks import LiteLLMGateway

FORMER_AUTOMATION, FORMER_DEPLOYMENT = "observatory: worker ended", "worker-ended/automatic"
"""What `worker stopped` was in earlier versions: both would act on a worker's end."""

Notify = Callable[[Change | Notice], None]


def apply(settings: Settings, environment: Mapping[str, str], notify: Notify, file: Path | None = None) -> int:
    """Bring the server that the environment names to the declared state, notifying of each change as it is made.

    What a `file` declares, somebody's own prefect.yaml, is deployed besides. Returns 1 where the gateway refuses its
    key, else 0. Raises CommandError.
    """
    if file:
        read_prefect_yaml(file)  # what is wrong there is better said before anything changes
    if settings.gateway:
        check_gateway(settings.gateway)
    return asyncio.run(_apply(settings, environment, notify, (OUR_OWN, file) if file else (OUR_OWN,)))


async def _apply(settings: Settings, environment: Mapping[str, str], notify: Notify, files: Sequence[Path]) -> int:
    async with connected(environment) as client:
        if settings.nightly:
            await _require_gateway(client, settings)
        steps: tuple[Callable[[], Awaitable[Sequence[Change | Notice]]], ...] = (
            partial(ensure_block_types, client),
            partial(ensure_pool, client, settings),
            partial(ensure_deployments, client, environment, files),
            partial(ensure_documents, client, settings),
            partial(ensure_automations, client),  # they name deployments and the Slack block
            partial(delete_former, client),
            partial(_ensure_nights, client, settings),
            partial(read_notices, client, settings),
        )
        changes: list[Change | Notice] = []
        for step in steps:
            for change in await step():
                notify(change)
                changes.append(change)
        return status_of(changes)


async def _require_gateway(client: PrefectClient, settings: Settings) -> None:
    """Raise CommandError where there is no gateway for the night to test."""
    if not settings.gateway and not await read_document(client, LiteLLMGateway, DEFAULT_GATEWAY):
        raise CommandError(
            f"The night cannot be switched on: there is no gateway '{DEFAULT_GATEWAY}' for it to test. Set "
            f"{GATEWAY_URL} and {API_KEY}, or leave --nightly and {NIGHTLY} away."
        )


async def _ensure_nights(client: PrefectClient, settings: Settings) -> list[Change]:
    """The gates' schedules as somebody says that they shall be; where nobody does, each stays as it is."""
    return [] if settings.nightly is None else await switch_nights(client, on=settings.nightly)


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
