"""A request: one call to one endpoint, with the check that its reply must pass."""

from collections.abc import Mapping
from dataclasses import dataclass

from suites.wire.checks import Check, chat_answered, chat_streamed

PROMPT = "Reply with the single word: ok"
MAX_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Request:
    """One call to one endpoint: `body` is sent as JSON to `path`, below the gateway's URL."""

    name: str
    model: str
    path: str
    body: Mapping[str, object]
    check: Check

    @property
    def is_streamed(self) -> bool:
        """Whether the answer is asked for as a stream of events."""
        return self.body.get("stream") is True


def chat(
    model: str,
    prompt: str = PROMPT,
    *,
    max_tokens: int = MAX_TOKENS,
    stream: bool = False,
    gateway_retries: bool = False,
) -> Request:
    """A chat completion; without `gateway_retries` LiteLLM must not retry or fall back, and so hide a failure.

    Source of the two fields: LiteLLM's proxy reads `num_retries` and `disable_fallbacks` from the body.
    """
    body: dict[str, object] = {
        "model": model,
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": max_tokens,
    }
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if not gateway_retries:
        body |= {"num_retries": 0, "disable_fallbacks": True}
    return Request(
        name=model,
        model=model,
        path="/v1/chat/completions",
        body=body,
        check=chat_streamed if stream else chat_answered,
    )
