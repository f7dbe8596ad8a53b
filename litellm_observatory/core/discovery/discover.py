"""What a gateway says of itself before any traffic: that it answers, its version and its targets."""

import asyncio

import aiohttp
import httpx

from litellm_observatory.core.discovery.gateway_info import PERMISSION, GatewayInfo, few_enough
from litellm_observatory.core.discovery.model_info import ModelInfo, TargetKind, is_named, mode_of, read_model_info
from litellm_observatory.core.text import list_names
from litellm_observatory.core.wire.attempts import VERSION_LIMIT
from litellm_observatory.core.wire.body import TooLarge, read_body
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.failures import presentable
from litellm_observatory.core.wire.gateway import Gateway, KeyRefusedError, PreflightError
from litellm_observatory.core.wire.network_errors import failure_of
from litellm_observatory.core.wire.reply import VALUES_READ, Reply
from litellm_observatory.core.wire.text import clean

ANSWER_SECONDS = 10.0
"""Longest wait for one answer of a gateway about itself."""

NOT_FOR_US = {401, 403, 404, 405}
"""How a gateway answers that has no such list, or none for this key."""

LISTING_LIMIT = 32 * 1024 * 1024
"""Bytes read of a list of models at most; 200 models in `/model/info` take half a megabyte."""

BYTES_A_VALUE = 4
"""Bytes that a value has at least in a list of models that is read: `/model/info` has 25, `/v1/models` 9."""

QUOTED = 120
"""Characters quoted of an answer in a refusal."""

PERMISSIONS = {"all-team-models", "all-proxy-models", "no-default-models", "all-org-models"}
"""Names that a key may be allowed, which LiteLLM lists among the models that it may use."""

ENDS = ("/v1", "/ui")
"""What people copy from a browser or a client's settings, and is no part of a gateway's base URL."""


async def discover(client: Client, kind: TargetKind = TargetKind.CHAT) -> GatewayInfo:
    """Ask the gateway for its version, and for its models, or its MCP servers when those are the kind asked for.

    Raises PreflightError when it cannot be reached, refuses the key, is no LiteLLM gateway, or cannot list its MCP
    servers.
    """
    listing = await _get(client, "/v1/models")
    names = _names(client.gateway, listing)
    version = await _version(client)
    if kind is TargetKind.MCP_SERVER:
        return GatewayInfo(version, dict.fromkeys(await _mcp_servers(client), kind))
    details = await _get_optional(client, "/model/info")
    info = read_model_info(details) if details else ModelInfo()
    every = {name: info.modes.get(name) or names.get(name) for name in names | info.modes}
    others = no_targets(list(every), named=list(info.modes))
    modes = {name: mode for name, mode in every.items() if name not in others}
    return GatewayInfo(version, modes, others, prices=info.prices, reasoning=info.reasoning)


def no_targets(names: list[str], named: list[str]) -> dict[str, str]:
    """Those of the names that stand for no one model, and why; `named` are those that `/model/info` has itself."""
    others = {name: PERMISSION for name in names if name in PERMISSIONS}
    patterns = few_enough([name for name in named if "*" in name], len(names))
    known = set(named)
    for name in names:
        if name in known:
            continue
        if pattern := next((one for one in patterns if one.makes(name)), None):
            others[name] = f"made from the pattern {pattern.name}"
    return others


async def _get(client: Client, path: str) -> Reply:
    """One answer of the gateway about itself, with its key; raises PreflightError when none comes."""
    body = bytearray()
    try:
        async with asyncio.timeout(ANSWER_SECONDS), client.http.stream("GET", path) as response:
            async for piece in read_body(response, LISTING_LIMIT):
                body += piece
            most_values = max(VALUES_READ, len(body) // BYTES_A_VALUE)
            return Reply(response.status_code, response.headers, bytes(body), most_values=most_values)
    except TooLarge:
        what = f"answered GET {path} with more than {LISTING_LIMIT} bytes"
        raise client.gateway.refusal(what, "check that its URL leads to LiteLLM") from None
    except TimeoutError:
        why = f"no answer within {ANSWER_SECONDS:g} s"
    except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, UnicodeError) as error:
        why = presentable(failure_of(error, begun=bool(body)).message, client.gateway.key)
    raise client.gateway.refusal(
        f"cannot be reached ({why})", "check its URL and that it is up", brief="cannot be reached", said=why
    )


def _names(gateway: Gateway, listing: Reply) -> dict[str, str | None]:
    """Model names, and their modes where the answer to `/v1/models` states them."""
    said = presentable(listing.error_message, gateway.key, most=QUOTED) or "an empty body"
    if listing.status in (401, 403) or "no_db_connection" in listing.text:
        raise KeyRefusedError(
            f"{gateway} refused the key ({listing.status}: {said})",
            "renew the api_key of its block (Blocks in the UI, or the commands apply and gateway)",
            brief=f"{gateway.display_name} refused the key",
            said=f"{listing.status}: {said}",
        )
    match listing.json:
        case {"data": list() as models} if listing.status == 200:
            return {model["id"]: mode_of(model) for model in models if is_named(model, "id")}
    raise gateway.refusal(
        f"is no LiteLLM gateway: GET /v1/models was answered {listing.status}: {said}",
        next((f"leave {end} off the end of its URL" for end in ENDS if gateway.url.endswith(end)), "check its URL"),
        brief="is no LiteLLM gateway",
        said=f"{listing.status}: {said}",
    )


async def _mcp_servers(client: Client) -> list[str]:
    """The MCP servers that the gateway knows, those that are down included; none where it hides or lacks the list.

    Raises PreflightError for any other answer: an unreadable list is not an empty one.
    """
    servers = await _get(client, "/v1/mcp/server")
    if servers.status in NOT_FOR_US:
        return []
    match servers.json if servers.status == 200 else None:
        case list() as entries:
            names = ("alias", "server_name")  # the first that is given is what LiteLLM puts before a tool's name
            found = (next((entry[name] for name in names if is_named(entry, name)), None) for entry in entries)
            return [name for name in found if name]
    said = presentable(servers.error_message, client.gateway.key, most=QUOTED) or "no list"
    raise client.gateway.refusal(
        f"does not list its MCP servers: GET /v1/mcp/server was answered {servers.status}: {said}",
        "look into its log, or leave out the suites of MCP servers",
        brief="does not list its MCP servers",
        said=f"{servers.status}: {said}",
    )


async def _version(client: Client) -> str | None:
    """The gateway's version; older LiteLLM reports it to everybody, newer to callers with a key (see LiteLLM's
    `allow_public_health_readiness_details`)."""
    for path in ("/health/readiness", "/health/readiness/details"):
        reply = await _get_optional(client, path)
        match reply.json if reply else None:
            case {"litellm_version": str() as said} if version := clean(said, VERSION_LIMIT):
                return version
    return None


async def _get_optional(client: Client, path: str) -> Reply | None:
    """An answer that a gateway which listed its models may yet hide or be slow with; None when none comes."""
    try:
        return await _get(client, path)
    except PreflightError:
        return None


async def introduce(client: Client) -> str:
    """Discover a gateway and describe it in one line. Raises PreflightError with what is wrong with it."""
    facts = await discover(client)
    try:
        servers = await discover(client, TargetKind.MCP_SERVER)
    except PreflightError:
        servers = None
    return introduction(facts, servers)


def introduction(facts: GatewayInfo, servers: GatewayInfo | None = None) -> str:
    """A gateway in one line; `servers` None where its MCP servers are not known."""
    modes = list(facts.modes.values())
    chat, embedding, unstated = (modes.count(mode) for mode in (TargetKind.CHAT, TargetKind.EMBEDDING, None))
    reasoning = sum(name in facts.modes for name in facts.reasoning)
    others = [mode for mode in modes if mode not in (TargetKind.CHAT, TargetKind.EMBEDDING, None)]
    said = [
        _models(chat, "chat ") + (f" ({reasoning:,} can reason)" if reasoning else ""),
        _models(embedding, "embedding "),
        *([f"{_models(unstated)} without mode"] if unstated else []),
        *([f"{_models(len(others))} of another mode ({list_names(set(others), most=5)})"] if others else []),
    ]
    named = f"LiteLLM {facts.version}" if facts.version else "LiteLLM of unknown version"
    return f"{named}: {', '.join(said)}" + (
        f"; MCP servers: {list_names(servers.of(TargetKind.MCP_SERVER), most=5)}" if servers else ""
    )


def _models(count: int, kind: str = "") -> str:
    return f"{count or 'no'} {kind}model{'' if count == 1 else 's'}"
