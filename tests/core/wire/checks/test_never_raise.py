"""Whatever a gateway says, every check finds a failure or none, and raises nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.wire.checks.chat import chat_answered, chat_streamed
from litellm_observatory.core.wire.checks.messages import message_streamed
from litellm_observatory.core.wire.checks.responses import response_streamed
from litellm_observatory.core.wire.failures import Failure
from tests.core.examples import completion, replied, streamed
from tests.core.wire.checks.test_chat import ALL_CHECKS

FIELDS = {
    *("choices", "message", "delta", "content", "tool_calls", "finish_reason", "usage", "total_tokens", "error"),
    *("type", "response", "output", "text", "index", "status", "object", "data", "embedding", "tools", "name"),
}
TYPES = (
    *("response.created", "response.output_text.delta", "response.completed", "response.failed", "error", "message"),
    *("message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop", "output_text"),
)
STREAMS = (chat_streamed, response_streamed, message_streamed)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["[DONE]", *TYPES]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(FIELDS)), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.sampled_from([200, 500]))
def test_no_json_of_any_shape_raises(body: Any, status: int) -> None:
    for check in ALL_CHECKS:
        assert isinstance(check(replied(body, status)), Failure | None)


@given(st.lists(JSON | st.text(max_size=8), max_size=4), st.sampled_from(["", "data: [DONE]\n\n", "\r\r", ": x\n\n"]))
def test_no_stream_of_any_shape_raises(chunks: list[Any], end: str) -> None:
    for check in STREAMS:
        assert isinstance(check(streamed(chunks, end)), Failure | None)


@given(
    st.lists(st.fixed_dictionaries({"type": st.sampled_from(TYPES)}, optional=dict.fromkeys(FIELDS - {"type"}, JSON)))
)
def test_no_order_of_events_raises(chunks: list[dict[str, Any]]) -> None:
    names = (chunk["type"] for chunk in chunks)
    body = "".join(f"event: {name}\ndata: {json.dumps(c)}\n\n" for name, c in zip(names, chunks, strict=True))
    for check in STREAMS:
        assert isinstance(check(replied(body.encode())), Failure | None)


@given(st.binary(max_size=200), st.sampled_from([200, 404]))
def test_no_bytes_raise(body: bytes, status: int) -> None:
    for check in ALL_CHECKS:
        assert isinstance(check(replied(body, status)), Failure | None)


@pytest.mark.parametrize("shape", ['{{"error": {}}}', '{{"error": {{"message": {}}}}}', '{{"choices": [{}]}}'])
def test_no_depth_of_nesting_raises(shape: str) -> None:
    for depth in range(900, 1001):  # around Python's limit of recursion, which parsing and showing share
        body = shape.format("[" * depth + "]" * depth)
        assert isinstance(chat_answered(replied(body.encode(), 500)), Failure)
        assert isinstance(chat_answered(replied(body.encode())), Failure)
        assert isinstance(chat_streamed(streamed([body])), Failure)


def test_whatever_replaces_any_part_of_an_answer_is_judged() -> None:
    strange: list[object] = [None, 0, -1, "", "x", [], [[]], {}, {"a": 1}, True, 1e400, ["x"] * 3]
    whole = json.dumps(completion())
    for part in ('"stop"', '{"role": "assistant", "content": "ok"}', '"ok"', "30", "0"):
        assert part in whole
        for other in strange:
            reply = replied(whole.replace(part, json.dumps(other), 1).encode())
            assert isinstance(chat_answered(reply), Failure | None)
