"""Right answers with one part replaced by something strange: no check and no reader raises."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from litellm_observatory.core.cases.gateway import cases_of_the_gateway, rejection_cases
from litellm_observatory.core.cases.model import cases_of_a_chat_model, cases_of_an_embedding_model
from litellm_observatory.core.wire.attempts import attempt_of
from litellm_observatory.core.wire.checks import sdk
from litellm_observatory.core.wire.failures import Failure, presentable
from litellm_observatory.core.wire.reply import Arrival, Reply
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat, embedding, long_stream, mcp_tools, memory, message, response
from litellm_observatory.standin.gateway.chat import CHAT
from litellm_observatory.standin.gateway.embeddings import EMBEDDINGS
from litellm_observatory.standin.gateway.messages import MESSAGES
from litellm_observatory.standin.gateway.responses import RESPONSES
from tests.core.wire.checks import examples

STRANGE = (
    *("null", "true", "false", "0", "-1", "1.5", "9" * 4000, "1e999", "-1e999", "NaN", "Infinity", "-Infinity"),
    *('""', '"x"', '"\\ud800"', '"\\u0000\\n"', "[]", "[null]", "[[]]", '["x"]', "{}", '{"type": []}', '{"a": 1}'),
    "[" * 400 + "]" * 400,
)
ALL: tuple[Request, ...] = (
    *(chat("m"), chat("m", stream=True), long_stream("m"), response("m"), response("m", stream=True)),
    *(message("m"), message("m", stream=True), embedding("m"), embedding("m", as_base64=True)),
    *(mcp_tools("weather"), memory()),
    *(
        *cases_of_a_chat_model("m", 16),
        *cases_of_an_embedding_model("m"),
        *cases_of_the_gateway("m"),
        *rejection_cases("m"),
    ),
)
REQUESTS = tuple({(r.check, r.reads, r.is_token): r for r in ALL}.values())
"""Those that differ in what is read of an answer."""
MARK = "the strange part goes here"

TOOL_CALL = {"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}
CHOICE = {"index": 0, "message": {"content": None, "tool_calls": [TOOL_CALL]}, "finish_reason": "tool_calls"}
WHOLE: dict[str, Any] = {
    "chat": examples.whole(CHAT).json,
    "a tool call": {"choices": [CHOICE], "usage": {"total_tokens": 3}},
    "responses": examples.whole(RESPONSES).json,
    "an answer that was cut": {
        "object": "response",
        "status": "incomplete",
        "output": [],
        "incomplete_details": {"reason": "x"},
    },
    "messages": examples.whole(MESSAGES).json,
    "embeddings": examples.whole(EMBEDDINGS).json,
    "tools": {"tools": [{"name": "weather-now"}, {"name": "mail-send"}]},
    "models": {"data": [{"id": "m", "mode": "chat"}]},
    "memory": {"memory": {"ram_usage_mb": 512.5}, "hostname": "pod-a", "worker_pid": 17},
    "an error": {"error": {"message": "no", "type": "UnsupportedParamsError", "code": "400"}},
}
STREAMS: dict[str, Any] = {
    "chat": list(examples.stream(CHAT).chunks),
    "tool calls": [{"choices": [{"delta": {"tool_calls": [TOOL_CALL]}, "finish_reason": "tool_calls"}]}],
    "responses": list(examples.stream(RESPONSES).chunks),
    "messages": list(examples.stream(MESSAGES).chunks),
    "an error": [
        {"type": "error", "error": {"message": "no"}},
        {"type": "response.failed", "response": {"error": {}}},
    ],
}


def mutated(node: Any) -> Iterator[Any]:
    """The value with each of its parts in turn replaced by a mark, and with each of its fields taken out."""
    yield MARK
    match node:
        case dict():
            for name, inner in node.items():
                yield {other: value for other, value in node.items() if other != name}
                yield from ({**node, name: changed} for changed in mutated(inner))
        case list():
            for position, inner in enumerate(node):
                yield node[:position] + node[position + 1 :]
                yield from ([*node[:position], changed, *node[position + 1 :]] for changed in mutated(inner))


def strange(text: str) -> Iterator[str]:
    mark = json.dumps(MARK)
    return (text.replace(mark, part) for part in STRANGE) if mark in text else iter([text])


@pytest.fixture(autouse=True)
def _without_the_clients_parsers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the official clients are slow, and what they raise is what their check is about."""
    monkeypatch.setattr(sdk, "MOST_BYTES", 0)


def goes_on(request: Request, body: bytes, status: int) -> None:
    arrivals = tuple(Arrival(size, size / 100) for size in range(1, len(body) + 40, 40))
    reply = Reply(status, {}, body, 11.0, arrivals)
    if request.absent:
        assert isinstance(request.absent(reply), str | None)
    failure = request.check(reply)
    assert isinstance(failure, Failure | None)
    if failure:
        assert presentable(failure.message).isprintable()
    attempt_of(request, reply, None, "")  # reads tokens and numbers


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE)
def test_no_part_of_an_answer_makes_a_check_raise(answer: Any) -> None:
    whole = [request for request in REQUESTS if not request.is_streamed]
    for text in map(json.dumps, mutated(answer)):
        for body in strange(text):
            for request in whole:
                goes_on(request, body.encode(), 400 if "error" in answer else 200)


@pytest.mark.parametrize("chunks", STREAMS.values(), ids=STREAMS)
def test_no_part_of_a_stream_makes_a_check_raise(chunks: Any) -> None:
    streamed = [request for request in REQUESTS if request.is_streamed]
    for changed in mutated(chunks):
        events = changed if isinstance(changed, list) else [changed]
        text = "".join(f"event: {_type(e)}\ndata: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n"
        for body in strange(text):
            for request in streamed:
                goes_on(request, body.encode(), 200)


def _type(event: Any) -> object:
    return event.get("type") if isinstance(event, dict) else ""
