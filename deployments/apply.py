"""`python -m deployments apply`: the server at PREFECT_API_URL gets everything that is declared."""

import asyncio
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from prefect.client.orchestration import PrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import get_current_settings

from deployments.automations import bring_automations
from deployments.blocks import GATEWAY_DOCUMENT, bring_block_types, bring_documents, check_gateway, read_document
from deployments.changes import Change
from deployments.deploying import bring_deployments
from deployments.obstacle import Obstacle
from deployments.pool import bring_pool
from deployments.settings import Settings
from flows.blocks import LiteLLMGateway

Tell = Callable[[Change], None]

REACHING_SECONDS = 20.0
"""Longest wait for the server's first answer."""


def apply(settings: Settings, tell: Tell) -> None:
    """Bring the server to the declared state, telling each change as it is made. Raises Obstacle."""
    url = get_current_settings().api.url
    if not url:
        raise Obstacle(
            "PREFECT_API_URL is not set; set it to the Prefect server's API, such as http://127.0.0.1:4200/api."
        )
    check_gateway(settings)
    try:
        asyncio.run(_apply(settings, tell, _shown(url)))
    except PrefectHTTPStatusError as error:
        raise Obstacle(_refusal(error, _shown(url))) from None


async def _apply(settings: Settings, tell: Tell, url: str) -> None:
    async with get_client() as client:
        await _reach(client, url)
        first_gateway = bool(settings.gateway) and not await read_document(client, LiteLLMGateway, GATEWAY_DOCUMENT)
        steps = (
            partial(bring_block_types, client),
            partial(bring_pool, client, settings),
            partial(bring_deployments, client, switch_on=first_gateway),
            # After the deployments, so that an interrupted apply finds again that this gateway is the first one.
            partial(bring_documents, client, settings),
            partial(bring_automations, client),  # they name deployments and the Slack block
        )
        for step in steps:
            for change in await step():
                tell(change)


async def _reach(client: PrefectClient, url: str) -> None:
    """Raise Obstacle unless a Prefect server answers."""
    try:
        async with asyncio.timeout(REACHING_SECONDS):
            trouble = await client.api_healthcheck()
    except TimeoutError as error:
        trouble = error
    if trouble:
        raise Obstacle(
            f"No Prefect server answers at {url} ({type(trouble).__name__}); start one (make up), or set "
            "PREFECT_API_URL to one that runs."
        )


def _refusal(error: PrefectHTTPStatusError, url: str) -> str:
    """What the server refused; its own words are left out, since they may repeat what was sent to it."""
    status, asked = error.response.status_code, f"{error.request.method} {error.request.url.path}"
    if status in (401, 403):
        return f"The Prefect server at {url} lets nobody in without the right PREFECT_API_AUTH_STRING ({status})."
    return f"The Prefect server at {url} answered {status} to {asked}; its log says why."


def _shown(url: str) -> str:
    """A URL without the user name and password that it may hold."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
