"""Blocks: their types, and the documents that the environment describes. Keys and webhook URLs live only here."""

from typing import Any

from prefect.blocks.core import Block
from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound
from prefect_slack import SlackWebhook

from deployments.changes import Change, compared
from deployments.obstacle import Obstacle
from deployments.settings import GATEWAY_URL, GatewaySettings, Settings
from flows.blocks import LiteLLMGateway, base_url

GATEWAY_DOCUMENT = "default"
SLACK_DOCUMENT = "litellm-observatory"


async def bring_block_types(client: PrefectClient) -> list[Change]:
    """The block types that runs name, so that the UI offers them."""
    return [await _type(client, LiteLLMGateway), await _type(client, SlackWebhook)]


async def bring_documents(client: PrefectClient, settings: Settings) -> list[Change]:
    """The gateway's and Slack's block, as far as the settings describe them; the others stay as they are."""
    changes = []
    if settings.gateway:
        existing = await read_document(client, LiteLLMGateway, GATEWAY_DOCUMENT)
        block = _gateway_block(settings.gateway, existing)
        changes.append(await _document(client, block, GATEWAY_DOCUMENT, existing))
    if settings.slack_url:
        existing = await read_document(client, SlackWebhook, SLACK_DOCUMENT)
        changes.append(await _document(client, SlackWebhook(url=settings.slack_url), SLACK_DOCUMENT, existing))
    return changes


async def read_document(client: PrefectClient, kind: type[Block], name: str) -> dict[str, Any] | None:
    """The fields of a block document with their secrets; None when there is no such document."""
    try:
        document = await client.read_block_document_by_name(name, kind.get_block_type_slug(), include_secrets=True)
    except ObjectNotFound:
        return None
    return document.data


def check_gateway(settings: Settings) -> None:
    """Raise Obstacle for a gateway's URL that its block would not take; the URL may hold a secret: it is not told."""
    if settings.gateway:
        try:
            base_url(settings.gateway.url)
        except ValueError as error:
            told = str(error).replace(settings.gateway.url.rstrip("/"), "…")
            raise Obstacle(f"{GATEWAY_URL}: {told}") from None


def _gateway_block(gateway: GatewaySettings, existing: dict[str, Any] | None) -> LiteLLMGateway:
    hosts = gateway.allowed_hosts
    if hosts is None:
        hosts = (existing or {}).get("allowed_hosts", ())
    return LiteLLMGateway(url=gateway.url, api_key=gateway.key, allowed_hosts=list(hosts))


async def _type(client: PrefectClient, kind: type[Block]) -> Change:
    before = await _read_type(client, kind)
    await kind.aregister_type_and_schema(client=client)
    return compared(f"block type {kind.get_block_type_name()}", before, await _read_type(client, kind) or {})


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
    return compared(f"{kind.get_block_type_name()} block {name}", before, after)
