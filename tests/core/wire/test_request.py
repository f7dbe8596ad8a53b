"""The one request that suites send: a chat completion."""

import pytest

from litellm_observatory.core.wire.checks.chat import chat_answered, chat_streamed
from litellm_observatory.core.wire.requests import MAX_TOKENS, PROMPT, chat


def test_a_chat_is_small_and_asks_the_gateway_to_hide_nothing() -> None:
    request = chat("gpt-a")
    assert (request.name, request.model, request.path) == ("gpt-a", "gpt-a", "/v1/chat/completions")
    assert request.check is chat_answered
    assert not request.is_streamed
    assert request.body == {
        "model": "gpt-a",
        "messages": [{"role": "user", "content": PROMPT}],
        "max_tokens": MAX_TOKENS,
        "num_retries": 0,
        "disable_fallbacks": True,
        "cache": {"no-cache": True, "no-store": True},
    }


def test_a_streamed_chat_asks_for_usage_and_is_checked_as_a_stream() -> None:
    request = chat("gpt-a", stream=True)
    assert request.is_streamed
    assert request.body["stream_options"] == {"include_usage": True}
    assert request.check is chat_streamed


@pytest.mark.parametrize("field", ["num_retries", "disable_fallbacks"])
def test_a_gateway_may_be_let_rescue(field: str) -> None:
    assert field not in chat("gpt-a", gateway_retries=True).body
