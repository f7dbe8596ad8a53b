"""Real answers with one part made so long that the whole is a MiB."""

import json
from collections.abc import Iterator
from typing import Any

from litellm_observatory.core.wire.request import BODY_LIMIT

WORDS = (
    *(
        "a",
        " ",
        "eyJ-",
        "sk-",
        "Bearer ",
        '"',
        "\\",
        "\n",
        "\ud800",
        "\u0301\u0327",
        "\ufdfa",
        "9",
        "_",
        "{},",
        "[1,",
    ),
)
"""What a text may be made of: words, blanks, beginnings of keys, escapes, what grows as it is normalised, JSON."""

PARTS: dict[str, str] = {
    "empty objects": "{}",
    "empty lists": "[]",
    "numbers": "1",
    "nulls": "null",
    "short texts": '"a"',
    "nested lists": "[" * 400 + "]" * 400,
    "long numbers": "9" * 4299,
    "numbers of too many digits": "9" * 4301,
}
"""What a list may be made of."""

MARK = "the long part goes here"


def lengthened(body: bytes, words: tuple[str, ...] = WORDS) -> Iterator[tuple[str, bytes]]:
    """The answer with each of its parts in turn as long as it gets: what was made so, and the body."""
    if body[:1] in (b"{", b"["):
        yield from _json_lengthened(body, words)
    elif b"data:" in body:
        yield from _stream_lengthened(body, words)
    else:
        yield "its bytes", (body * (1 + BODY_LIMIT // max(1, len(body))))[:BODY_LIMIT]


def _json_lengthened(body: bytes, words: tuple[str, ...], limit: int = BODY_LIMIT) -> Iterator[tuple[str, bytes]]:
    for where, marked, part in _marked(json.loads(body)):
        before, _, after = json.dumps(marked).encode().partition(json.dumps(MARK).encode())
        room = limit - len(before) - len(after)
        for word in words if isinstance(part, str | None) else ():
            unit = json.dumps(word)[1:-1].encode()
            long = b'"' + unit * ((room - 2) // len(unit)) + b'"'
            yield f"{where}: {word!r} again and again", before + long + after
        if isinstance(part, list | str | None):
            every = {**PARTS, **({"its first": json.dumps(part[0])} if isinstance(part, list) and part else {})}
            for name, text in every.items():
                unit = text.encode() + b","
                yield f"{where}: a list of {name}", before + b"[" + unit * ((room - 3) // len(unit)) + b"0]" + after
        if isinstance(part, dict):
            fields = b",".join(b'"%d":1' % number for number in range((room - 2) // 12))
            yield f"{where}: fields", before + b"{" + fields + b"}" + after
            yield f"{where}: nested", before + b'{"a":' * ((room - 1) // 6) + b"0" + b"}" * ((room - 1) // 6) + after


def _stream_lengthened(body: bytes, words: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    events = [event for event in body.replace(b"\r\n", b"\n").split(b"\n\n") if event.strip()]
    for at, event in enumerate(events[:8]):
        before, after = b"\n\n".join([*events[:at], b""]), b"\n\n".join([b"", *events[at + 1 :], b""])
        room = BODY_LIMIT - len(before) - len(after)
        for copies in (room // (len(event) + 2), 4000, 400):
            many = b"\n\n".join([event] * min(copies, room // (len(event) + 2)))
            yield f"event {at}: {copies} of it", before + many + after
        name, _, told = event.rpartition(b"data:")
        try:
            longer = list(_json_lengthened(told.strip(), words, room - len(name) - 5))
        except ValueError:
            continue
        yield from ((f"event {at}, {where}", before + name + b"data:" + text + after) for where, text in longer)


def _marked(value: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The value with each of its parts in turn replaced by the mark: where it was, the whole, and the part."""
    yield where or "all", MARK, value
    match value:
        case dict():
            for name, inner in value.items():
                for place, changed, part in _marked(inner, f"{where}.{name}"):
                    yield place, {**value, name: changed}, part
        case list():
            for at, inner in enumerate(value[:2]):
                for place, changed, part in _marked(inner, f"{where}[{at}]"):
                    yield place, [*value[:at], changed, *value[at + 1 :]], part
