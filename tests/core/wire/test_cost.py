"""No answer of up to a MiB, however it is made, stops the event loop: reading, judging and showing it take 50 ms."""

import json
import time
from collections.abc import Callable

import pytest

from litellm_observatory.core.cases.model import cases_of_a_chat_model
from litellm_observatory.core.wire.attempts import judge
from litellm_observatory.core.wire.failures import fingerprint, presentable, redact
from litellm_observatory.core.wire.reply import Arrival, Reply
from litellm_observatory.core.wire.request import BODY_LIMIT, Request
from litellm_observatory.core.wire.requests import chat, embedding, long_stream, mcp_tools, memory, message, response
from tests.core.examples import KEY

MOST_SECONDS = 4 * 0.050
"""50 ms of a core of one's own; a runner that shares its cores takes a few times as long."""

REQUESTS = (
    *(
        chat("m"),
        long_stream("m"),
        response("m"),
        response("m", stream=True),
        message("m"),
        message("m", stream=True),
    ),
    *(embedding("m"), embedding("m", as_base64=True), mcp_tools("weather"), memory()),
    *(request for request in cases_of_a_chat_model("m", 16) if "tool call" in request.name or "JSON" in request.name),
)


def filled(unit: str, before: str = "", after: str = "") -> bytes:
    """A body of a MiB: a unit again and again, between a beginning and an end."""
    unit_, before_, after_ = unit.encode(), before.encode(), after.encode()
    return before_ + unit_ * ((BODY_LIMIT - len(before_) - len(after_)) // len(unit_)) + after_


EVENT = 'data: {"id": "chatcmpl-0", "model": "m", "choices": [{"index": 0, "delta": {"content": "a"}}]}\n\n'
VECTOR = '{"usage": {"total_tokens": 1}, "data": [{"embedding": '
CHOICE = '{"usage": {"total_tokens": 1}, "choices": [{"finish_reason": "stop", "message": '

BODIES: dict[str, bytes] = {
    "line feeds": filled("\n"),
    "carriage returns": filled("\r"),
    "comments": filled(":\n"),
    "empty events": filled("data:\n\n"),
    "tiny events": filled("data:1\n\n"),
    "one event of many lines": filled("data:1\n"),
    "names of events": filled("event:\n"),
    "chunks": filled(EVENT, after="data: [DONE]\n\n"),
    "as many chunks as are read": EVENT.encode() * 6000 + b"data: [DONE]\n\n",
    "no UTF-8": b"\xff" * BODY_LIMIT,
    "accents": filled("é"),
    "blanks": filled(" "),
    "combining marks": filled("\u0301\u0327"),
    "empty lists": filled("[],", "[", "0]"),
    "empty objects": filled("{},", "[", "0]"),
    "nested lists": filled("[" * 900 + "]" * 900 + ",", "[", "0]"),
    "nested without an end": filled("["),
    "numbers": filled("1,", "[", "0]"),
    "long numbers": filled("9" * 4299 + ",", "[", "0]"),
    "one number": b"1" * BODY_LIMIT,
    "fields": b"{" + b",".join(b'"%d":1' % i for i in range(100_000)) + b"}",
    "a vector": filled("1,", VECTOR + "[", "0]}]}"),
    "a vector of lists": filled("[],", VECTOR + "[", "0]}]}"),
    "a vector in base64": filled("AAAA", VECTOR + '"', '"}]}'),
    "an error of numbers": filled("1,", '{"error": {"message": [', "0]}}"),
    "an error that is nested deep": filled("1,", '{"error": {"message": ' + "[" * 900, "0" + "]" * 900 + "}}"),
    "a short error that is nested deep": (
        '{"error": {"message": ' + "[" * 900 + "1," * 60_000 + "0" + "]" * 900 + "}}"
    ).encode(),
    "an error of objects": filled("{},", '{"error": {"message": [', "0]}}"),
    "an error of escapes": filled("\\ud800", '{"error": {"message": "', '"}}'),
    "tools": filled('{"name": "a"},', '{"tools": [', "0]}"),
    "a tool with a name of numbers": filled("1,", '{"tools": [{"name": [', "0]}]}"),
    "blocks of a message": filled('{"type": "text", "text": ""},', '{"type": "message", "content": [', "0]}"),
    "items": filled('{"type":"message"},', '{"object":"response","status":"completed","output":[', "0]}"),
    "content of numbers": filled("1,", CHOICE + '{"content": [', "0]}}]}"),
    "calls": filled('{"function": {"name": "a"}},', CHOICE + '{"tool_calls": [', "0]}}]}"),
    "JSON in JSON": f"{CHOICE}{json.dumps({'content': json.dumps([[]] * 200_000)})}}}]}}".encode(),
}

WORDS = (
    *(
        "eyJ-",
        "eyJaaaaaaaa",
        "eyJaaaaaaaa.",
        "sk-",
        "sk-sk",
        "sk_",
        "key-",
        "AIza",
        "AKIA",
        "https://hooks.slack.com/",
    ),
    *("bearer ", "Bearer\t", "basic ", "api_key", "api key provided ", "api-key: ", "api_key='", "Bearer  \n"),
    *("req-", "call_", "request_req_", "1.", "1,", "0x", "a1", "12ab", "e1e", "-", "_", "2024-01-01T00:00:00.0"),
    *("a", " ", "\n", "\u0301\u0327", "é-", "\ud800"),
)


def seconds_of(work: Callable[[], object]) -> float:
    """The CPU that it takes; the least of three times where the first was too long."""

    def once() -> float:
        before = time.process_time()
        work()
        return time.process_time() - before

    first = once()
    return first if first < MOST_SECONDS else min(once(), once())


def judged(request: Request, body: bytes, status: int) -> None:
    came = tuple(Arrival(size, size / 1e5) for size in range(16384, len(body) + 16384, 16384))
    judge(request, Reply(status, {}, body, 11.0, came), None, KEY)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_no_body_takes_long_to_judge(body: bytes) -> None:
    assert len(body) <= BODY_LIMIT
    for status in (200, 500):
        for request in REQUESTS:
            taken = seconds_of(lambda request=request, status=status: judged(request, body, status))  # type: ignore[misc]
            assert taken < MOST_SECONDS, (request.name, status)


@pytest.mark.parametrize("word", WORDS)
def test_no_text_takes_long_to_show_and_to_fold(word: str) -> None:
    text = word * (BODY_LIMIT // len(word))
    assert seconds_of(lambda: presentable(text, KEY)) < MOST_SECONDS
    assert seconds_of(lambda: fingerprint(text[:4096])) < MOST_SECONDS


@pytest.mark.parametrize("word", WORDS)
def test_keys_are_taken_out_of_a_text_of_any_length_in_linear_time(word: str) -> None:
    text = word * (BODY_LIMIT // len(word))
    before = time.process_time()
    redact(text, KEY)
    assert time.process_time() - before < 10  # quadratic, a MiB of `eyJ-` takes a quarter of an hour
