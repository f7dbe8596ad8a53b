"""Slack's markup, and its limits.

Limits: Slack's Block Kit reference (header 150 characters, section 3,000, field 2,000, button URL 3,000). All texts
of a message together may have some 12,000, which no reference says: slackapi/bolt-js, issues 2509 and 2867.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import MarkdownTextObject, SectionBlock

from litellm_observatory.core.text import make_printable, shorten
from litellm_observatory.orchestration.publishing.markup import web_address

NOTHING = "–"
HEADER_LIMIT, SECTION_LIMIT, FIELD_LIMIT, URL_LIMIT = 150, 3000, 2000, 3000
LINK_LIMIT = 500
"""Longer links of a line are left out, their text stays."""


def mrkdwn(text: str, limit: int = SECTION_LIMIT, value: str = "") -> MarkdownTextObject:
    """Text from outside as mrkdwn; with `value`, `text` is our own markup before it."""
    return as_it_is(text + escaped(value) if value else escaped(text), limit)


def as_it_is(text: str, limit: int = SECTION_LIMIT) -> MarkdownTextObject:
    """Our own markup, in which everything from outside is escaped."""
    return MarkdownTextObject(text=shorten(text, most=limit) or NOTHING, verbatim=True)


def sections(lines: Sequence[str], limit: int, noun: str) -> list[SectionBlock]:
    """Lines of our own markup in as few sections as hold them; what is beyond `limit` characters is counted."""
    shown, room = 0, limit
    while shown < len(lines) and len(lines[shown]) <= room:
        room -= len(lines[shown])
        shown += 1
    rest = len(lines) - shown
    more = [f"and {rest} more {noun}{'s' if rest > 1 else ''}, in the report"] * bool(rest)
    texts: list[str] = []
    for line in [*lines[:shown], *more]:
        if texts and len(texts[-1]) + 1 + len(line) <= SECTION_LIMIT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [SectionBlock(text=as_it_is(text)) for text in texts]


def link(text: str, url: str | None) -> str:
    """A text from outside, in one line, that leads to `url`, where that is one for the web."""
    label = escaped(" ".join(text.split())) or NOTHING
    address = escaped(web_address(url) or "")
    if not address or len(address) > LINK_LIMIT:
        return label
    return f"<{address}|{label.replace('|', '¦')}>"


def escaped(text: str) -> str:
    """Slack's three control characters, as its message formatting asks, and nothing that cannot be printed."""
    return make_printable(text, keep="\n").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
