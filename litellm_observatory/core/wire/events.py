"""Server-sent events, as browsers read them. Source: WHATWG HTML, section 9.2; an event ends with a blank line."""

from typing import NamedTuple

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_BREAKS = (b"\n", b"\r\n", b"\r")


class Event(NamedTuple):
    """One complete event: its name ("" where none is given), its data, and the offset in the body just behind it."""

    name: str
    data: str
    end: int


def read_events(body: bytes) -> tuple[Event, ...]:
    """The complete events with data in a body, in order; bytes that are no UTF-8 are replaced."""
    events: list[Event] = []
    name, data = "", list[bytes]()
    end = len(_BYTE_ORDER_MARK) if body.startswith(_BYTE_ORDER_MARK) else 0
    for line in body[end:].splitlines(keepends=True):  # of bytes: at CR, LF and both
        end += len(line)
        if line in _LINE_BREAKS:
            if data:
                events.append(Event(name, b"\n".join(data).decode("utf-8", errors="replace"), end))
            name, data = "", []
        elif line[-1] not in b"\r\n":  # what follows the last line break is no complete line
            break
        elif line.startswith((b"data:", b"data\r", b"data\n")):
            data.append(_value(line))
        elif line.startswith((b"event:", b"event\r", b"event\n")):
            name = _value(line).decode("utf-8", errors="replace")
    return tuple(events)


def _value(line: bytes) -> bytes:
    """What a field of an event says; a field without a colon says nothing."""
    return line.rstrip(b"\r\n").partition(b":")[2].removeprefix(b" ")
