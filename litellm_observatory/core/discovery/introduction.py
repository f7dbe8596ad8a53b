"""A gateway in one line: its version and its targets."""

from litellm_observatory.core.discovery.discover import discover
from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.targets import TargetKind
from litellm_observatory.core.text import list_names
from litellm_observatory.core.wire.client import Client
from litellm_observatory.core.wire.gateway import PreflightError


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
