"""Mutations that keep an answer's shape: of JSON its parts, of a stream its events, of anything its bytes."""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**400, float("inf"), float("nan"), -(2**63), 2**31),
    *("", " ", "x", "\ud800", "\x00\n", "[DONE]", "sk-0123456789abcdef", "e\u0301" * 40, "9" * 400, "*", "*a" * 60),
    *([], [None], [[]], ["x"] * 3, {}, {"type": []}, {"": 1}, {"error": {"message": ""}}),
)
WORDS = (
    *(b"\r", b"\n", b"\r\n", b"\n\n", b"data:", b"data: [DONE]\n\n", b"event: ", b"id: 1\n", b"retry: x\n", b": \n"),
    *(b"\xef\xbb\xbf", b"\xff", b"\x00", b"\xe2\x80\xa8", b"\x85", b"\\ud800", b"{", b"}", b"[", b"]", b'"', b","),
    *(b"NaN", b"1e999", b"9" * 5000, b"eyJ-", b"sk-", b"content-length: 9\r\n", b"transfer-encoding: chunked\r\n"),
    *(b"content-encoding: gzip\r\n", b"x-litellm-version: ", b"HTTP/1.1 100 C\r\n\r\n"),
)
MOST_ROUNDS = 4
MOST_COPIES = 64
_BLANK_LINE = re.compile(rb"(?:\r\n|\r|\n){2}")


def mutate(random: Random, data: bytes) -> bytes:
    """The data with a few mutations of its own kind, or of its bytes."""
    for _ in range(random.randint(1, MOST_ROUNDS)):
        if random.random() < 0.2:
            data = spoil_bytes(random, data)
        elif data[:1] in (b"{", b"["):
            data = spoil_json(random, data)
        elif b"data:" in data:
            data = spoil_stream(random, data)
        else:
            data = spoil_bytes(random, data)
    return data


def spoil_json(random: Random, data: bytes) -> bytes:
    """JSON with one part dropped, doubled, of another type, nested deeper, longer, renamed, or that of another."""
    try:
        return json.dumps(_spoilt(random, json.loads(data)), ensure_ascii=random.random() < 0.9).encode()
    except (ValueError, RecursionError, OverflowError):
        return spoil_bytes(random, data)


def spoil_stream(random: Random, data: bytes) -> bytes:
    """A stream with its events in another order, cut, doubled, with foreign line ends, or one of them spoilt."""
    events = _BLANK_LINE.split(data)
    at = random.randrange(len(events))
    end = random.choice([b"\n\n", b"\n\n", b"\n\n", b"\r\n\r\n", b"\r\r", b"\n\r\n"])
    match random.randrange(8):
        case 0:
            random.shuffle(events)
        case 1:
            events.insert(random.randrange(len(events) + 1), events[at])
        case 2:
            del events[at]
        case 3:
            events = events[: at + 1]
        case 4:
            events[at] = b"\n".join(random.sample(lines := events[at].split(b"\n"), len(lines)))
        case 5:
            events[at : at + 1] = [events[at]] * random.randint(2, MOST_COPIES)
        case _:
            name, found, told = events[at].rpartition(b"data:")
            events[at] = name + found + spoil_json(random, told.strip())
    return end.join(events)


def spoil_bytes(random: Random, data: bytes) -> bytes:
    """The data with some bytes changed, cut out, doubled, or with a word put in."""
    said = bytearray(data)
    at = random.randrange(len(said) + 1)
    upto = at + random.choice([1, 2, 8, len(said)])
    match random.randrange(5):
        case 0:
            said[at : at + 1] = random.randbytes(1)
        case 1:
            del said[at:upto]
        case 2:
            said[at:at] = said[at:upto]
        case 3:
            said[at:upto] = said[at : at + 8] * random.randint(1, MOST_COPIES)
        case _:
            said[at:at] = random.choice(WORDS)
    return bytes(said)


def _spoilt(random: Random, whole: Any) -> Any:
    """The value with one of its parts changed."""
    places = [(holder, key) for holder in _holders(whole) for key in _keys(holder)]
    if not places:
        return random.choice(STRANGE)
    holder, key = random.choice(places)
    other, its = random.choice(places)
    changes: list[Callable[[Any], Any]] = [
        lambda part: random.choice(STRANGE),
        lambda part: other[its],
        lambda part: [part] * random.randint(0, 3),
        lambda part: {random.choice(["type", "error", "data", "content"]): part},
        lambda part: _longer(random, part),
        lambda part: _nested(part, random.choice([2, 30, 400])),
    ]
    match random.randrange(8):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[random.choice(["", "type", "error", key * 2])] = holder.pop(key)
        case 1:
            holder.insert(0, holder[key])
        case _:
            holder[key] = json.loads(json.dumps(random.choice(changes)(holder[key])))
    return whole


def _holders(value: Any) -> list[Any]:
    """Every list and object in a value, itself included."""
    found, left = [], [value]
    while left:
        one = left.pop()
        if isinstance(one, dict | list):
            found.append(one)
            left += one.values() if isinstance(one, dict) else one
    return found


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def _longer(random: Random, part: Any) -> Any:
    match part:
        case str():
            return part * random.randint(2, MOST_COPIES)
        case bool() | None:
            return [part]
        case int() | float():
            return random.choice([part * 10**30, -part, part / 3, str(part)])
        case list():
            return part * random.randint(2, MOST_COPIES)
    return part | {f"{name}{copy}": inner for copy in range(3) for name, inner in part.items()}


def _nested(part: Any, depth: int) -> Any:
    for _ in range(depth):
        part = [part]
    return part
