"""Whether a text acts where it is shown: in Prefect's markdown, in Slack, in a CI's log, in a page of HTML."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

COMMAND = re.compile(r"##[\w.-]*\[|^\s*::", re.MULTILINE)
"""A command of a CI."""

OUR_PICTURE = re.compile(r"!\[[a-z, ]+\]\(data:image/png;base64,[\w+/=]+\)")

_ACTING = {"image", "link_open", "html_inline", "html_block", "fence"}
_LINKED = re.compile(r"https?://evil|www\.evil|<")
"""What a renderer may take for a link or a tag."""


def unprintable(text: str) -> set[str]:
    """The characters that a reader does not see as they are, but for the end of a line."""
    return {char for char in text if not char.isprintable() and char != "\n"}


def acting_in_markdown(text: str) -> set[str]:
    """What acts in a text as Prefect's UI renders it, our own pictures and ends of lines left aside."""
    text = OUR_PICTURE.sub("", text).replace("<br>", " ")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return {token.type for token in _all(tokens)} & _ACTING | set(_LINKED.findall(text))


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def texts_in_slack(value: object, kind: str = "") -> list[str]:
    """The texts of a message's blocks; of one `kind` of text, where it is given."""
    match value:
        case {"type": str(its), "text": str(text)}:
            return [text] if kind in ("", its) else []
        case dict():
            return [text for part in value.values() for text in texts_in_slack(part, kind)]
        case list():
            return [text for part in value for text in texts_in_slack(part, kind)]
    return []


def acting_in_slack(text: str, blocks: list[Any]) -> set[str]:
    """The links, mentions and channels in a message, whose button is no text."""
    return {found for one in (text, *texts_in_slack(blocks, "mrkdwn")) for found in re.findall(r"<[^<>]*>", one)}


OUR_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "h2",
    "details",
    "summary",
    "p",
    "ul",
    "li",
}
OUR_TAGS |= {"strong", "table", "thead", "tbody", "tr", "th", "td", "br", "blockquote", "img", "pre", "code", "a"}
OUR_ATTRIBUTES = {
    ("meta", "charset"),
    ("meta", "name"),
    ("meta", "http-equiv"),
    ("meta", "content"),
    ("html", "lang"),
    ("a", "href"),
    ("a", "rel"),
    ("img", "src"),
    ("img", "alt"),
    ("code", "class"),
    ("details", "open"),
}


class Page(HTMLParser):
    """A page as a browser reads it: the `text` that it shows, its `links`, and what of it is `foreign`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.foreign, self.links, self.tags = "", set[str](), set[str](), list[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in OUR_TAGS:
            self.foreign.add(f"<{tag}>")
        for name, value in attrs:
            if (tag, name) not in OUR_ATTRIBUTES or (
                name == "src" and not (value or "").startswith("data:image/png;base64,")
            ):
                self.foreign.add(f"<{tag} {name}={value!r}>")
            if name == "href":
                self.links.add(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.foreign.add(f"<!--{data}-->")

    def handle_pi(self, data: str) -> None:
        self.foreign.add(f"<?{data}>")
