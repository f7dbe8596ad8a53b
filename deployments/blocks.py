"""Blocks: their types, and the documents that the environment describes. Keys and webhook URLs live only here."""

from collections.abc import Mapping
from typing import Any

from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect_slack import SlackWebhook
from pydantic import SecretStr, ValidationError

from deployments.changes import Change, diff
from deployments.command_error import CommandError
from deployments.settings import ALLOWED_HOSTS, API_KEY, GATEWAY_URL, GatewaySettings, Settings
from litellm_observatory.names import DEFAULT_GATEWAY, SLACK_BLOCK
from litellm_observatory.orchestration.blocks import LiteLLMGateway

GATEWAY_KIND = LiteLLMGateway.get_block_type_name()
PAGE = 200

VARIABLES = {"url": GATEWAY_URL, "api_key": API_KEY, "allowed_hosts": ALLOWED_HOSTS}
"""The variable that says each field of a gateway's block."""


async def ensure_block_types(client: PrefectClient) -> list[Change]:
    """The block types that runs name, so that the UI offers them."""
    return [await _type(client, LiteLLMGateway), await _type(client, SlackWebhook)]


async def ensure_documents(client: PrefectClient, settings: Settings) -> list[Change]:
    """The gateway's and Slack's block, as far as the settings describe them; the others stay as they are."""
    changes = []
    if settings.gateway:
        changes.append(await ensure_gateway(client, DEFAULT_GATEWAY, settings.gateway))
    if settings.slack_url:
        existing = await read_document(client, SlackWebhook, SLACK_BLOCK)
        changes.append(await _document(client, SlackWebhook(url=settings.slack_url), SLACK_BLOCK, existing))
    return changes


async def ensure_gateway(client: PrefectClient, name: str, gateway: GatewaySettings) -> Change:
    """A gateway's block, created or renewed; it keeps its id, and its hosts where the settings say none."""
    existing = await read_document(client, LiteLLMGateway, name)
    return await _document(client, _gateway_block(gateway, existing), name, existing)


async def delete_gateway(client: PrefectClient, name: str) -> bool:
    """Delete a gateway's block; whether there was one."""
    slug = LiteLLMGateway.get_block_type_slug()
    try:
        document = await client.read_block_document_by_name(name, slug, include_secrets=False)
        await client.delete_block_document(document.id)
    except ObjectNotFound:
        return False
    return True


async def gateway_names(client: PrefectClient) -> list[str]:
    """The names of all gateways' blocks."""
    slug = LiteLLMGateway.get_block_type_slug()
    try:
        found = await client.read_block_documents_by_type(slug, limit=PAGE, include_secrets=False)
    except PrefectHTTPStatusError as error:
        if error.response.status_code != 404:  # nothing was ever applied to this server
            raise
        return []
    return sorted(document.name for document in found if document.name)


async def read_document(client: PrefectClient, kind: type[Block], name: str) -> dict[str, Any] | None:
    """The fields of a block document with their secrets; None when there is no such document."""
    try:
        document = await client.read_block_document_by_name(name, kind.get_block_type_slug(), include_secrets=True)
    except ObjectNotFound:
        return None
    return document.data


async def read_gateway(client: PrefectClient, name: str) -> LiteLLMGateway:
    """A gateway's block, which there is; unlike Prefect's own loading it leaves no event on the server."""
    return LiteLLMGateway.model_validate(await read_document(client, LiteLLMGateway, name))


def check_gateway(gateway: GatewaySettings, said_in: Mapping[str, str] = VARIABLES) -> None:
    """Raise CommandError, naming where it was said, for what the block would not take; nothing of it is repeated."""
    try:
        _gateway_block(gateway, None)
    except ValidationError as error:
        [wrong, *_] = error.errors()
        reason = str(wrong["ctx"]["error"]).replace(f"'{gateway.url.strip().rstrip('/')}'", "'…'")
        raise CommandError(f"{said_in[str(wrong['loc'][0])]}: {reason}") from None
    if any(set(host) & set("/?#@ ") for host in gateway.allowed_hosts or ()):
        raise CommandError(f"{said_in['allowed_hosts']}: a host is no URL; it looks like host, host:port or *.domain")


def _gateway_block(gateway: GatewaySettings, existing: dict[str, Any] | None) -> LiteLLMGateway:
    hosts = gateway.allowed_hosts
    if hosts is None:
        hosts = (existing or {}).get("allowed_hosts", ())
    return LiteLLMGateway(url=gateway.url, api_key=SecretStr(gateway.key), allowed_hosts=list(hosts))


async def _type(client: PrefectClient, kind: type[Block]) -> Change:
    before = await _read_type(client, kind)
    await kind.aregister_type_and_schema(client=client)
    return diff(f"block type {kind.get_block_type_name()}", before, await _read_type(client, kind) or {})


async def _read_type(client: PrefectClient, kind: type[Block]) -> dict[str, Any] | None:
    try:
        found = await client.read_block_type_by_slug(kind.get_block_type_slug())
    except ObjectNotFound:
        return None
    schema = await client.get_most_recent_block_schema_for_block_type(found.id)
    fields = found.model_dump(include={"logo_url", "documentation_url", "description", "code_example"})
    return {**fields, "fields": schema.checksum if schema else None}


async def _document(client: PrefectClient, block: Block, name: str, before: dict[str, Any] | None) -> Change:
    kind = type(block)
    wanted = block.model_dump(mode="json", include=set(kind.model_fields), context={"include_secrets": True})
    if before is None or any(before.get(field) != value for field, value in wanted.items()):
        await block.asave(name, overwrite=True, client=client)
    after = await read_document(client, kind, name) or {}
    return diff(f"{kind.get_block_type_name()} block {name}", before, after)
