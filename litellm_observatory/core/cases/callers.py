"""Cases of two requests: the effect of one caller on the next, and two answers to one text that must agree."""

from dataclasses import replace

from litellm_observatory.core.wire.checks.check import or_refused, prompt_tokens
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.requests import chat

IMPATIENT_SECONDS = 0.001
"""A caller's own timeout, which no provider meets."""


def chat_after_a_timeout(model: str, max_tokens: int) -> Request:
    """A chat right after a call with a timeout of a millisecond, which must not put the model into cooldown.

    LiteLLM before #41230 does that, for its `cooldown_time`, where `allowed_fails` is 0. There is one such call only,
    so that it does no more harm than any user's.
    """
    request = chat(model, max_tokens=max_tokens)
    impatient = replace(request, body={**request.body, "timeout": IMPATIENT_SECONDS})
    name = f"{model}: chat after another caller's timeout"
    return replace(request, name=name, check=or_refused(request.check), before=impatient, level=Level.SHOULD)


def same_prompt_tokens(model: str, max_tokens: int) -> Request:
    """One text has as many prompt tokens whole as streamed; else somebody is billed wrongly (LiteLLM #36168)."""
    whole = replace(chat(model, max_tokens=max_tokens), reads=prompt_tokens)
    streamed = replace(chat(model, max_tokens=max_tokens, stream=True), reads=prompt_tokens)
    return replace(streamed, name=f"{model}: prompt tokens, whole and streamed", twin=whole, level=Level.SHOULD)
