"""The Prefect server at PREFECT_API_URL: reached, or in one sentence why not."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_KEY, PREFECT_API_URL, temporary_settings

from deployments.auth import CLIENT_AUTH, locked_out, read_key_of_client
from deployments.command_error import CommandError
from deployments.settings import SERVER
from deployments.surroundings import without_password

REACHING_SECONDS = 60.0
"""Longest wait for the first answer of a server that is busy; one that is down refuses the connection at once."""


@asynccontextmanager
async def connected(environment: Mapping[str, str]) -> AsyncIterator[PrefectClient]:
    """A client of the server that the environment names, which has answered.

    Raises CommandError, also for what it refuses within the block.
    """
    url, key = environment[SERVER].strip(), read_key_of_client(environment)
    said = {PREFECT_API_URL: url, PREFECT_API_KEY: key, PREFECT_API_AUTH_STRING: environment.get(CLIENT_AUTH)}
    shown = without_password(url)
    try:
        with temporary_settings({setting: value for setting, value in said.items() if value}):
            async with get_client() as client:
                await _reach(client, shown)
                yield client
    except PrefectHTTPStatusError as error:
        raise CommandError(_refusal(error, shown)) from None
    except httpx.TransportError as error:
        raise CommandError(f"The Prefect server at {shown} stopped answering ({type(error).__name__}).") from None


async def _reach(client: PrefectClient, url: str) -> None:
    """Raise CommandError unless a Prefect server answers."""
    try:
        async with asyncio.timeout(REACHING_SECONDS):
            trouble = await client.api_healthcheck()
    except TimeoutError as error:
        trouble = error
    if isinstance(trouble, PrefectHTTPStatusError) and locked_out(url, trouble.response.status_code):
        raise trouble  # a proxy guards what a server of ours leaves open
    if trouble:
        raise CommandError(
            f"No Prefect server answers at {url} ({type(trouble).__name__}); start one (make up), or set "
            "PREFECT_API_URL to one that runs."
        )


def _refusal(error: PrefectHTTPStatusError, url: str) -> str:
    """What the server refused; its own words are left out, since they may repeat what was sent to it."""
    status, asked = error.response.status_code, f"{error.request.method} {error.request.url.path}"
    return locked_out(url, status) or f"The Prefect server at {url} answered {status} to {asked}; its log says why."
