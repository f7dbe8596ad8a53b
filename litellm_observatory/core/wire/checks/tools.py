"""Checks of tool calls, whole and in pieces: what a user needs to run the tool and to send its result back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litellm_observatory.core.wire.checks.chat import choice_of, finish_reason_of_stream
from litellm_observatory.core.wire.checks.check import Check, malformed, quote
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.reply import LONGEST_PART, Reply, parse_part
from litellm_observatory.core.wire.text import string


@dataclass(slots=True)
class Call:
    """A tool call: its id, to which the result is sent back, the tool's name, and its arguments as JSON."""

    id: str = ""
    name: str = ""
    arguments: str = ""

    def grow(self, piece: Mapping[str, Any]) -> None:
        """Add a piece of it: ids come once, or again and again, or later empty; the rest is put together."""
        function = piece.get("function")
        self.id = self.id or string(piece.get("id"))
        if isinstance(function, dict):
            self.name = _joined(self.name, function.get("name"))
            self.arguments = _joined(self.arguments, function.get("arguments"))


def _joined(text: str, piece: object) -> str:
    """A text with one more piece; one that is longer than is read grows no more: each piece would copy all of it."""
    return text if len(text) > LONGEST_PART else text + string(piece)


def calls_tool(name: str, arguments: Mapping[str, str]) -> Check:
    """The answer is exactly this call, and says that it is one."""

    def find(reply: Reply) -> Failure | None:
        choice = choice_of(reply.json)
        calls = {str(position): _assemble([piece]) for position, piece in enumerate(_pieces(choice.get("message")))}
        return _wrong(calls, choice.get("finish_reason"), name, arguments)

    return Check(find)


def stream_calls_tool(name: str, arguments: Mapping[str, str]) -> Check:
    """The same of a stream, whose pieces make up the call by their index."""

    def find(reply: Reply) -> Failure | None:
        pieces: dict[str, list[dict[str, Any]]] = {}
        for chunk in reply.chunks:
            for piece in _pieces(choice_of(chunk).get("delta")):
                pieces.setdefault(str(piece.get("index")), []).append(piece)
        calls = {index: _assemble(parts) for index, parts in pieces.items()}
        return _wrong(calls, finish_reason_of_stream(reply), name, arguments)

    return Check(find)


def _pieces(message: object) -> list[dict[str, Any]]:
    """The calls in a message, or the pieces of some in a delta."""
    match message:
        case {"tool_calls": list() as calls}:
            return [call for call in calls if isinstance(call, dict)]
    return []


def _assemble(pieces: Iterable[Mapping[str, Any]]) -> Call:
    call = Call()
    for piece in pieces:
        call.grow(piece)
    return call


def _wrong(
    calls: Mapping[str, Call], finish_reason: object, name: str, arguments: Mapping[str, str]
) -> Failure | None:
    if len(calls) > 1:
        return malformed(f"one call was asked for, {len(calls)} came, with the indices {quote(', '.join(calls))}")
    call = next(iter(calls.values()), Call())
    if call.name != name:
        return malformed(f"the tool {name} was to be called, but what was called is {quote(call.name) or 'nothing'}")
    if parse_part(call.arguments) != arguments:
        return malformed(f"the arguments of the call are {quote(call.arguments) or 'missing'}")
    if not call.id:
        return malformed("the call has no id, so that its result cannot be sent back")
    if finish_reason != "tool_calls":
        return malformed(f"a tool was called, but the finish_reason is {quote(finish_reason)}")
    return None
