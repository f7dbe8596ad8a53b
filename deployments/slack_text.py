"""A Slack message as plain text, for a terminal."""

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from deployments.log_text import log_text


def plain(message: dict[str, Any]) -> list[Text]:
    """Header, sections, fields and notes of a Block Kit message, a line each; its text where it has no blocks."""
    lines = [line for block in message.get("blocks") or () for line in _lines(block)]
    return [log_text(line, lead="  │ ") for line in lines or [message.get("text", "")]]


def _lines(block: dict[str, Any]) -> Iterable[str]:
    for text in (block.get("text"), *block.get("elements", ())):
        if text and isinstance(text["text"], str):
            yield from _read(text["text"]).splitlines()
    for field in block.get("fields", ()):
        name, _, value = _read(field["text"]).partition("\n")
        yield f"{name.strip('*')}: {value}"


def _read(text: str) -> str:
    """Text with Slack's three control characters as they are read."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
