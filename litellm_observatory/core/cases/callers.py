"""Cases of two requests: what one caller does to the next, and what two answers to one text must agree on."""

from dataclasses import replace

from litellm_observatory.core.wire.checks.check import or_refused
from litellm_observatory.core.wire.checks.usage import prompt_tokens
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.requests import chat

IMPATIENT_SECONDS = 0.001
"""A caller's own timeout, which no provider meets."""


def chat_after_a_timeout(model: str, max_tokens: int) -> Request:
    """A chat right after a caller who gave the model a millisecond: that haste benches it for nobody.

    LiteLLM before #41230 benches it, for its `cooldown_time`, where `allowed_fails` is 0. One such call only: it must
    do no more harm than any user's.
    """
    request = chat(model, max_tokens=max_tokens)
    impatient = replace(request, body={**request.body, "timeout": IMPATIENT_SECONDS})
    name = f"{model}: chat after another caller's timeout"
    return replace(request, name=name, check=or_refused(request.check), before=impatient, level=Level.SHOULD)


def same_prompt_tokens(model: str, max_tokens: int) -> Request:
    """Whole and streamed, one text has as many prompt tokens; else somebody is billed wrongly (LiteLLM #36168)."""
    whole = replace(chat(model, max_tokens=max_tokens), reads=prompt_tokens)
    streamed = replace(chat(model, max_tokens=max_tokens, stream=True), reads=prompt_tokens)
    return replace(streamed, name=f"{model}: prompt tokens, whole and streamed", twin=whole, level=Level.SHOULD)
