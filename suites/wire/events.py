"""Server-sent events, as browsers read them. Source: WHATWG HTML, section 9.2; an event ends with a blank line."""

import re
from typing import NamedTuple

_LINE_BREAK = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One complete event: its name ("" where none is given), its data, and the offset in the body just behind it."""

    name: str
    data: str
    end: int


def read_events(body: bytes) -> tuple[Event, ...]:
    """The complete events with data in a body, in order; bytes that are no UTF-8 are replaced."""
    events: list[Event] = []
    name, data = "", list[str]()
    start = len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0
    for line_break in _LINE_BREAK.finditer(body):  # what follows the last one is no complete line
        line = body[start : line_break.start()]
        start = line_break.end()
        field, _, value = line.decode("utf-8", errors="replace").partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                events.append(Event(name, "\n".join(data), start))
            name, data = "", []
        elif field == "data":
            data.append(value)
        elif field == "event":
            name = value
    return tuple(events)
