"""Where an answer's fields are not what the types of the official Python clients have."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

MOST_COMPARED = 16
"""Chunks at either end of a stream, and items of a list, whose fields are compared with the client's types."""

_OF_A_VALUE = {"finish_reason", "stop_reason", "object", "type", "role", "status"}
"""Fields whose values clients decide by."""


def misfit(kind: type[BaseModel], bodies: Iterable[Any]) -> str | None:
    """The first field of a type or value that the client's own types do not have."""
    for body in bodies:
        try:
            kind.model_validate(_beginning(body))
        except ValidationError as error:
            for wrong in error.errors(include_url=False):
                if _counts(wrong["type"], wrong["loc"], wrong["input"]):
                    where = ".".join(str(part) for part in wrong["loc"])
                    return f"has another type for {where}: {str(wrong['input'])[:60]}"
    return None


def ends_of(chunks: Sequence[Any]) -> Sequence[Any]:
    """The first and the last chunks of a stream: what is between them is alike."""
    return chunks if len(chunks) <= 2 * MOST_COMPARED else [*chunks[:MOST_COMPARED], *chunks[-MOST_COMPARED:]]


def _beginning(value: Any) -> Any:
    """The value with only the first items of each list, since a type's errors are reported for every item."""
    match value:
        case dict():
            return {name: _beginning(inner) for name, inner in value.items()}
        case list():
            return [_beginning(inner) for inner in value[:MOST_COMPARED]]
    return value


def _counts(error: str, where: tuple[int | str, ...], given: object) -> bool:
    """Whether a misfit is one that typed clients fail over: not what is missing, null, or new."""
    if error == "missing" or given in (None, "") or error.startswith("union_"):
        return False
    return error != "literal_error" or where[-1] in _OF_A_VALUE


def read_of(body: Any, *names: str) -> Any:
    """The fields of an answer that users read."""
    return {name: body[name] for name in names if name in body} if isinstance(body, dict) else body
