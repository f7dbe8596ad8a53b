"""One reply: status, headers and a bounded body, read as JSON or as a stream of events."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

END_OF_STREAM = "[DONE]"


@dataclass(frozen=True)
class Reply:
    """What came back from one attempt; it lives only while its checks run.

    `headers` have lower-case names.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text, without a byte order mark; bytes that are no UTF-8 are replaced."""
        return self.body.decode("utf-8-sig", errors="replace")

    @cached_property
    def json(self) -> Any:
        """The body as parsed JSON, or None when it is none."""
        return _parsed(self.text)

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The data of each complete server-sent event, in order.

        Source: WHATWG HTML, section 9.2 (server-sent events); an event ends with a blank line.
        """
        events: list[str] = []
        data: list[str] = []
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for line in lines[:-1]:  # what follows the last line break is no complete line
            if not line and data:
                events.append("\n".join(data))
                data = []
            elif line.startswith("data:"):
                data.append(line.removeprefix("data:").removeprefix(" "))
        return tuple(events)

    @cached_property
    def chunks(self) -> tuple[Any, ...]:
        """The parsed JSON of each event but the end-of-stream mark; None for one that is no JSON."""
        return tuple(_parsed(event) for event in self.events if event != END_OF_STREAM)

    @property
    def error_message(self) -> str:
        """The gateway's own words in an error reply, else the beginning of the body, else nothing."""
        error = self.json.get("error") if isinstance(self.json, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        return str(message) if message else self.text[:2000].strip()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # nested too deep is as unreadable as no JSON at all
        return None
