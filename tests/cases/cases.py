"""The cases, and a gateway that answers as one of them did, byte by byte."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.core.sockets import Talk, read_request

ANSWERS = Path(__file__).parent / "answers"


@dataclass(frozen=True)
class Case:
    """One answer, and what is right to say of it."""

    name: str
    told: dict[str, Any]

    @property
    def request(self) -> str:
        """Which request it answers."""
        return str(self.told["request"])

    @property
    def is_healthy(self) -> bool:
        """Whether users of the gateway were well served."""
        return bool(self.told["gateway"] == "healthy")

    @property
    def body(self) -> bytes:
        """What was answered."""
        content: bytes = (ANSWERS / self.name / self.told["body"]).read_bytes()
        size = int(self.told.get("repeat_body_bytes", len(content)))
        return (content * (1 + size // max(1, len(content))))[:size]

    @property
    def routes(self) -> dict[str, Any]:
        """What each path answers, of a case of preflight."""
        routes: dict[str, Any] = json.loads((ANSWERS / self.name / "routes.json").read_text())
        return routes


def every_case() -> Iterator[Case]:
    """All cases, in the order of their names."""
    for file in sorted(ANSWERS.glob("*/case.json")):
        yield Case(file.parent.name, json.loads(file.read_text()))


def answering(case: Case) -> Talk:
    """Reads a request, says the case's answer as it came, and closes the connection."""
    extra = case.told.get("extra_header_lines", [])
    is_chunked = any(line.startswith("transfer-encoding") for line in extra)
    lines = [f"{name}: {value}" for name, value in case.told["headers"].items()] + extra
    if is_chunked:
        lines.append("transfer-encoding: chunked")
    elif not any(line.lower().startswith("content-length") for line in lines):
        lines.append(f"content-length: {len(case.body)}")
    head = "\r\n".join([f"HTTP/1.1 {case.told['status']} Told", *lines, "connection: close", "", ""])

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head.encode("latin-1"))
        for piece in _pieces(case):
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
            await writer.drain()
            await asyncio.sleep(case.told.get("pace", {}).get("every", 0))
        writer.write(b"0\r\n\r\n" if is_chunked else b"")
        await writer.drain()

    return talk


def _pieces(case: Case) -> list[bytes]:
    """The body by its events where they came one after the other, else as a whole."""
    if "pace" not in case.told:
        return [case.body]
    return [event + b"\n\n" for event in case.body.split(b"\n\n") if event]
