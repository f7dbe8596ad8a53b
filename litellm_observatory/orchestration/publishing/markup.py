"""Markdown's markup: tables and links, and text from outside that must not act as markup."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from litellm_observatory.core.text import one_line

_AT_THE_EDGE_OF_A_WORD = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""Where an underscore emphasises; inside a word it does not, and stays readable in the source."""

_AT_THE_START = re.compile(r"^(?=[#>]|[+-] |\d+[.)](?: |$))(\d*)")
"""Where a mark makes a heading, a quotation or a list."""

_ADDRESS = re.compile(r"(?i)(https?|ftp):(?=//)|\b(www)\.")
"""What a renderer takes for a link, although nothing marks it as one."""

MOST_OF_A_CELL = 500
MOST_OF_A_TEXT = 4000
UNBROKEN = "\u00a0"


class Markup(str):
    """Text that is markup of our own: it stands in a page as it is."""

    __slots__ = ()


def safe(text: str) -> Markup:
    """Text from outside in one line, kept from acting as markup; what is markup already stays so."""
    if isinstance(text, Markup):
        return text
    line = one_line(text, most=MOST_OF_A_TEXT).replace("&", "&amp;").replace("<", "&lt;")
    for mark in ("\\", "|", "`", "*", "~", "[", "]"):
        line = line.replace(mark, f"\\{mark}")
    line = _AT_THE_EDGE_OF_A_WORD.sub(r"\\_", line)
    line = _ADDRESS.sub(lambda at: f"{at[1]}&#58;" if at[1] else f"{at[2]}&#46;", line)
    return Markup(_AT_THE_START.sub(r"\1\\", line))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every cell that is not Markup is text from outside."""
    first, *others = (" | ".join(map(_cell, row)) for row in (header, *rows))
    return "\n".join(f"| {line} |" for line in (first, " | ".join(["---"] * len(header)), *others))


def _cell(text: str) -> Markup:
    return text if isinstance(text, Markup) else safe(one_line(text, most=MOST_OF_A_CELL))


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
