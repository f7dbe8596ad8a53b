"""Kinds of targets, and what `/model/info` says of each model: its mode, its price, and whether it reasons."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.text import clean


class TargetKind(StrEnum):
    """A kind of target; of a model it is the mode that LiteLLM states."""

    CHAT = "chat"
    EMBEDDING = "embedding"
    MCP_SERVER = "mcp_server"

    @property
    def noun(self) -> str:
        """One target of this kind, in a sentence."""
        return "MCP server" if self is TargetKind.MCP_SERVER else f"{self} model"

    @property
    def short_noun(self) -> str:
        """The same where the kind of model does not matter."""
        return self.noun if self is TargetKind.MCP_SERVER else "model"


LONGEST_NAME = 256
"""Characters of a model's or an MCP server's name; what is longer, or cannot be printed, is no name."""

LONGEST_MODE = 40
"""Characters of a mode; those of LiteLLM have some twenty."""

CHEAPEST, DEAREST = 1e-15, 1.0
"""Dollars that a token costs, unless it is free; what lies beyond is no price. LiteLLM's map ends at 0.0006."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a token costs, in dollars: one that is sent, and one of the answer."""

    input: float
    output: float


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Each model's mode, None where none is stated, the prices of those that state one, and those that reason."""

    modes: dict[str, str | None] = field(default_factory=dict)
    prices: dict[str, Price] = field(default_factory=dict)
    reasoning: tuple[str, ...] = ()


def read_model_info(details: Reply) -> ModelInfo:
    """What an answer to `/model/info` says; empty where it cannot be read.

    Several deployments of one name cost as much as the dearest of them; the price is unknown where one of them states
    none.
    """
    entries = details.json.get("data") if details.status == 200 and isinstance(details.json, dict) else None
    modes: dict[str, str | None] = {}
    stated: dict[str, list[Price | None]] = {}
    reasoning: dict[str, None] = {}
    for entry in entries if isinstance(entries, list) else ():
        if is_named(entry, "model_name"):
            name, info = entry["model_name"], entry.get("model_info")
            modes[name] = modes.get(name) or mode_of(info)
            stated.setdefault(name, []).append(_price(info))
            if isinstance(info, dict) and info.get("supports_reasoning") is True:
                reasoning[name] = None
    prices = {name: dearest for name, every in stated.items() if (dearest := _dearest(every))}
    return ModelInfo(modes, prices, tuple(reasoning))


def is_named(model: Any, field: str) -> bool:
    """Whether an entry has a name that can be sent as it is, and shown."""
    name = model.get(field) if isinstance(model, dict) else None
    return isinstance(name, str) and len(name) <= LONGEST_NAME and name.isprintable() and bool(name.strip())


def mode_of(entry: object) -> str | None:
    """The mode that an entry states."""
    match entry:
        case {"mode": str() as mode}:
            return clean(mode, LONGEST_MODE)
    return None


def _price(info: object) -> Price | None:
    """The price that a deployment states; the answer of an embedding has no tokens, and may have no price."""
    match info:
        case {"input_cost_per_token": int() | float() as sent, "output_cost_per_token": int() | float() as answered}:
            embeds = mode_of(info) == TargetKind.EMBEDDING
            if _is_stated(sent) and (_is_stated(answered) or (embeds and answered == 0)):
                return Price(float(sent), float(answered))
    return None


def _is_stated(cost: float) -> bool:
    """Whether a cost was stated.

    For an unknown cost LiteLLM 1.106 reports null and 1.81 the integer 0, as both do for the missing half of a price;
    a model that is free by its map of prices costs 0.0 (measured).
    """
    return isinstance(cost, float) and (cost == 0 or CHEAPEST <= cost <= DEAREST)


def _dearest(prices: list[Price | None]) -> Price | None:
    """What a request costs at most, whichever of the deployments answers."""
    known = [price for price in prices if price]
    if len(known) < len(prices):
        return None
    return Price(max(price.input for price in known), max(price.output for price in known))
