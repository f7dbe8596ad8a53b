"""`litellm-observatory gateway`: the block of a gateway that comes and goes with a release."""

import asyncio
import re
from collections.abc import Mapping

from deployments.blocks import (
    GATEWAY_KIND,
    check_gateway,
    delete_gateway,
    ensure_gateway,
    gateway_names,
)
from deployments.changes import Change, Notice, Outcome
from deployments.command_error import CommandError
from deployments.connection import connected
from deployments.notices import introduce_gateway
from deployments.settings import GatewaySettings

OPTIONS = {"url": "--url", "api_key": "--key-env or standard input", "allowed_hosts": "--allow"}
"""Where each field of the block is said."""


def renew(name: str, gateway: GatewaySettings, environment: Mapping[str, str]) -> list[Change | Notice]:
    """Create block `name`, or give it new values under the id that it has; says what is there.

    Raises CommandError.
    """
    _check_name(name)
    check_gateway(gateway, OPTIONS)
    return asyncio.run(_renew(name, gateway, environment))


def delete(name: str, environment: Mapping[str, str]) -> Change:
    """Delete block `name`; runs that have loaded it go on. Raises CommandError."""
    _check_name(name)
    return asyncio.run(_delete(name, environment))


async def _renew(name: str, gateway: GatewaySettings, environment: Mapping[str, str]) -> list[Change | Notice]:
    async with connected(environment) as client:
        return [await ensure_gateway(client, name, gateway), await introduce_gateway(client, name)]


async def _delete(name: str, environment: Mapping[str, str]) -> Change:
    async with connected(environment) as client:
        if not await delete_gateway(client, name):
            there = ", ".join(await gateway_names(client)) or "none"
            raise CommandError(f"There is no {GATEWAY_KIND} block '{name}'; there are: {there}.")
        return Change(Outcome.DELETED, f"{GATEWAY_KIND} block {name}")


def _check_name(name: str) -> None:
    if not re.fullmatch("[a-z0-9-]+", name):
        raise CommandError(
            "The name of a gateway's block has only lowercase letters, digits and dashes: release-1-90."
        )
