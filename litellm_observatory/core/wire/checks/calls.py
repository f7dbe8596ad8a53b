"""Checks of tool calls on the Responses and the Messages API, whole and streamed."""

from collections.abc import Mapping
from typing import Any

from litellm_observatory.core.wire.checks.check import Check, malformed, quote
from litellm_observatory.core.wire.checks.messages import stop_reason_of_stream
from litellm_observatory.core.wire.checks.responses import last_response, output_of
from litellm_observatory.core.wire.checks.streams import type_of
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.reply import Reply, parse_part


def response_calls_tool(name: str, arguments: Mapping[str, str], *, stream: bool) -> Check:
    """A response whose output holds exactly this call; of a stream the pieces of its arguments are the whole."""

    def find(reply: Reply) -> Failure | None:
        items = output_of(last_response(reply) if stream else reply.json)
        calls = [item for item in items if type_of(item) == "function_call"]
        called = [(str(call.get("name")), call.get("arguments")) for call in calls]
        if wrong := _wrong(called, name, arguments):
            return wrong
        pieces = _joined(reply, "response.function_call_arguments.delta", "delta") if stream else None
        if pieces is not None and parse_part(pieces) != arguments:
            return malformed(f"the pieces of the call's arguments are {quote(pieces) or 'missing'}")
        return None

    return Check(find)


def message_calls_tool(name: str, arguments: Mapping[str, str], *, stream: bool) -> Check:
    """A message whose content holds exactly this call, and that says that it stopped for it."""

    def find(reply: Reply) -> Failure | None:
        blocks = _streamed_blocks(reply) if stream else _blocks(reply.json)
        if wrong := _wrong(blocks, name, arguments):
            return wrong
        reason = stop_reason_of_stream(reply) if stream else reply.json.get("stop_reason")
        if reason == "tool_use":
            return None
        return malformed(f"a tool was called, but the stop_reason is {_quoted(reason)}")

    return Check(find)


def _announced(reply: Reply) -> Failure | None:
    added: set[str] = set()
    for chunk in reply.chunks:
        place = str(chunk.get("output_index")) if isinstance(chunk, dict) else ""
        match type_of(chunk):
            case "response.output_item.added":
                added.add(place)
            case str() as event if event in _OF_AN_ITEM and place not in added:
                return malformed(f"{event} of an item that no response.output_item.added announced")
    return None


_OF_AN_ITEM = {
    "response.output_item.done",
    "response.output_text.delta",
    "response.output_text.done",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
}

items_announced = Check(_announced)
"""Each item of a streamed response is announced before its pieces: SDKs look it up by its place."""


def _wrong(calls: list[tuple[str, Any]], name: str, arguments: Mapping[str, str]) -> Failure | None:
    names = ", ".join(called for called, _ in calls)
    if names != name:
        return malformed(f"the tool {name} was to be called, but what was called is {quote(names) or 'nothing'}")
    said = calls[0][1]
    if (parse_part(said) if isinstance(said, str) else said) != arguments:
        return malformed(f"the arguments of the call are {_quoted(said)}")
    return None


def _quoted(said: object) -> str:
    return str(None) if said is None else quote(said) or "missing"


def _joined(reply: Reply, event: str, field: str) -> str:
    return "".join(str(chunk.get(field) or "") for chunk in reply.chunks if type_of(chunk) == event)


def _blocks(message: Any) -> list[tuple[str, Any]]:
    """The name and the input of each call in a message."""
    blocks = message.get("content") if isinstance(message, dict) else None
    calls = [block for block in blocks if type_of(block) == "tool_use"] if isinstance(blocks, list) else []
    return [(str(call.get("name")), call.get("input")) for call in calls]


def _streamed_blocks(reply: Reply) -> list[tuple[str, Any]]:
    """The same of a stream: inputs come in pieces, or whole where the block starts."""
    calls: dict[str, tuple[str, Any]] = {}
    pieces: dict[str, list[str]] = {}
    for chunk in reply.chunks:
        match chunk:
            case {"type": "content_block_start", "index": place, "content_block": {"type": "tool_use"} as block}:
                calls[str(place)] = str(block.get("name")), block.get("input")
            case {"type": "content_block_delta", "index": place, "delta": {"partial_json": str() as piece}}:
                pieces.setdefault(str(place), []).append(piece)
    return [(name, "".join(pieces.get(place, ())) or whole) for place, (name, whole) in calls.items()]
