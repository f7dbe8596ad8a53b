"""Answers of the stand-in gateway's formats, as the replies that checks judge."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.standin.gateway.formats import Asked, Format, Json, Model

CHANGE = Callable[[list[Json]], object]


def asked(**body: Any) -> Asked:
    """What the stand-in gateway is asked."""
    return Asked(Model("gpt-a"), body, "", "1", 0.0, 0.0)


def whole(format_: Format, content: str | None = "hello", /, **changes: Any) -> Reply:
    """An answer with some top-level fields changed; None removes one."""
    body = format_.whole(asked(), content) | changes
    return Reply(200, {}, json.dumps({name: field for name, field in body.items() if field is not None}).encode())


def events(format_: Format, chunks: Sequence[Json], *, names: Sequence[str] | None = None) -> Reply:
    """A stream of these chunks, each event named after its type unless `names` say otherwise."""
    named = names or [str(chunk.get("type")) for chunk in chunks]
    lines = (f"event: {name}\ndata: {json.dumps(chunk)}\n\n" for name, chunk in zip(named, chunks, strict=True))
    return Reply(200, {}, ("".join(lines) + ("data: [DONE]\n\n" if format_.says_done else "")).encode())


def stream(format_: Format, change: CHANGE = lambda chunks: None, content: str | None = "hello") -> Reply:
    """A stream whose chunks `change` has altered in place."""
    chunks = list(format_.chunks(asked(stream=True), content))
    change(chunks)
    return events(format_, chunks)
