"""Markdown's markup: tables and links, and text from outside that must not act as markup."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

_AT_THE_EDGE_OF_A_WORD = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""Where an underscore emphasises; inside a word it does not, and stays readable in the source."""


UNBROKEN = "\u00a0"


class Markup(str):
    """Text that is markup of our own: it stands in a page as it is."""

    __slots__ = ()


def safe(text: str) -> Markup:
    """Text from outside in one line, kept from acting as markup; what is markup already stays so."""
    if isinstance(text, Markup):
        return text
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    for mark in ("\\", "|", "`", "*", "~", "[", "]"):
        line = line.replace(mark, f"\\{mark}")
    return Markup(_AT_THE_EDGE_OF_A_WORD.sub(r"\\_", line))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every cell that is not Markup is text from outside."""
    first, *others = (" | ".join(map(safe, row)) for row in (header, *rows))
    return "\n".join(f"| {line} |" for line in (first, " | ".join(["---"] * len(header)), *others))


def below(*texts: str) -> Markup:
    """Short texts from outside one below the other, each unbroken, within a cell of a table."""
    return Markup("<br>".join(safe(text).replace(" ", UNBROKEN) for text in texts))


def link(text: str, url: str | None) -> Markup:
    """A text from outside that leads to `url`, where that is one for the web."""
    address = web_address(url)
    return Markup(f"[{safe(text)}]({address})") if address else safe(text)


def web_address(url: str | None) -> str | None:
    """An http(s) URL with nothing in it that ends a link early, in markdown or in Slack; None where it is none."""
    if not url or not url.startswith(("http://", "https://")):
        return None
    return quote(url, safe=":/?#@!$&'+,;=%~")
