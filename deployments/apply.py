"""`python -m deployments apply`: the server at PREFECT_API_URL gets everything that is declared."""

import asyncio
from collections.abc import Callable
from functools import partial

from deployments.automations import bring_automations
from deployments.blocks import (
    GATEWAY_DOCUMENT,
    bring_block_types,
    bring_documents,
    check_gateway,
    read_document,
)
from deployments.changes import Change
from deployments.connection import connected
from deployments.deploying import bring_deployments
from deployments.pool import bring_pool
from deployments.settings import Settings
from flows.blocks import LiteLLMGateway

Tell = Callable[[Change], None]


def apply(settings: Settings, tell: Tell) -> None:
    """Bring the server to the declared state, telling each change as it is made. Raises Obstacle."""
    if settings.gateway:
        check_gateway(settings.gateway)
    asyncio.run(_apply(settings, tell))


async def _apply(settings: Settings, tell: Tell) -> None:
    async with connected() as client:
        known = bool(await read_document(client, LiteLLMGateway, GATEWAY_DOCUMENT))
        gateway = known or bool(settings.gateway)
        steps = (
            partial(bring_block_types, client),
            partial(bring_pool, client, settings),
            partial(bring_deployments, client, gateway=gateway, first=not known),
            # After the deployments, so that an interrupted apply finds again that this gateway is the first one.
            partial(bring_documents, client, settings),
            partial(bring_automations, client),  # they name deployments and the Slack block
        )
        for step in steps:
            for change in await step():
                tell(change)
