"""One reply: status, headers and a bounded body, read as JSON or as a stream of events."""

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from litellm_observatory.core.wire.events import Event, read_events
from litellm_observatory.core.wire.text import in_words

END_OF_STREAM = "[DONE]"

LONGEST_PART = 4096
"""Characters of JSON inside of an answer that are read; what is asked for takes some twenty."""

VALUES_READ = 131_072
"""Values read of one body at most, a list or an object counting as four: a MiB of empty lists would stop the event
loop for a fifth of a second."""

LINES_READ = 12_800
"""Lines read of one stream at most: a MiB of empty ones would stop the event loop for a second. The longest answer
that is asked for has 4,096 tokens, each an event of 2 or 3 lines."""


class Arrival(NamedTuple):
    """How many bytes of the body had come so many seconds after the request was sent."""

    size: int
    seconds: float


@dataclass(frozen=True)
class Reply:
    """What came back from one attempt; it lives only while its checks run.

    `headers` have lower-case names; `seconds` is the time to the last byte; `arrivals` are the times of the body's
    pieces, empty when not known. A body of more than `most_values` values is not read.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    arrivals: tuple[Arrival, ...] = ()
    most_values: int = VALUES_READ

    @cached_property
    def text(self) -> str:
        """The body as text, without a byte order mark; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8-sig", errors="replace")

    @cached_property
    def values(self) -> int:
        """How many values the body holds, by what stands before or between them; a list or an object as four."""
        count = self.body.count
        return count(b",") + 4 * (count(b"[") + count(b"{"))

    @cached_property
    def lines(self) -> int:
        """How many line breaks the body has, a CR and LF as two."""
        return self.body.count(b"\n") + self.body.count(b"\r")

    @property
    def has_too_many_values(self) -> bool:
        """Whether the body holds more values than are read."""
        return self.values > self.most_values

    @property
    def has_too_many_lines(self) -> bool:
        """Whether the body has more lines than are read of a stream."""
        return self.lines > LINES_READ

    @cached_property
    def json(self) -> Any:
        """The body as parsed JSON, or None when it is none or has too many values."""
        return None if self.has_too_many_values else parse_text(self.text)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The complete server-sent events, in order; none when they are too many."""
        return () if self.has_too_many_values or self.has_too_many_lines else read_events(self.body)

    @cached_property
    def chunks(self) -> tuple[Any, ...]:
        """The parsed JSON of each event but the end-of-stream mark; None for one that is no JSON."""
        return tuple(parse_text(event.data) for event in self._messages)

    @cached_property
    def chunk_seconds(self) -> tuple[float, ...]:
        """When each of the chunks had come, in seconds after the request was sent; empty when that is not known."""
        sizes = [arrival.size for arrival in self.arrivals]
        if not sizes:
            return ()
        positions = (bisect_left(sizes, event.end) for event in self._messages)
        return tuple(self.arrivals[min(position, len(sizes) - 1)].seconds for position in positions)

    @cached_property
    def _messages(self) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.data != END_OF_STREAM)

    @property
    def error_message(self) -> str:
        """The gateway's own message in an error reply, else the body, else nothing; of any length."""
        error = self.json.get("error") if isinstance(self.json, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        return in_words(message) if message else self.text.strip()


def parse_part(text: str) -> Any:
    """JSON inside of an answer, such as a call's arguments; None when it is none, or longer than is read."""
    return parse_text(text) if len(text) <= LONGEST_PART else None


def parse_text(text: str) -> Any:
    """A text as parsed JSON, or None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # nested too deep is as unreadable as no JSON at all
        return None
