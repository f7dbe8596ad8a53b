"""The requests that suites send: one builder for each endpoint.

Sources of the fields: OpenAI's and Anthropic's API references; LiteLLM's proxy reads `num_retries` and
`disable_fallbacks` from the body of every route and passes neither on (measured).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from litellm_observatory.core.wire.cache import NOT_CACHED
from litellm_observatory.core.wire.checks.chat import chat_answered, chat_streamed, is_chat_token
from litellm_observatory.core.wire.checks.check import Check, status
from litellm_observatory.core.wire.checks.embeddings import embedded_as_base64, embedded_as_floats, vector_length
from litellm_observatory.core.wire.checks.mcp import lists_tools_of
from litellm_observatory.core.wire.checks.messages import is_message_token, message_answered, message_streamed
from litellm_observatory.core.wire.checks.responses import is_response_token, response_answered, response_streamed
from litellm_observatory.core.wire.checks.streams import flows
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import NONCE, Request
from litellm_observatory.core.wire.samples import Process
from litellm_observatory.core.wire.text import clean

PROMPT = f"Reply with the single word: ok (request {NONCE})"
MAX_TOKENS = 16
"""The least that OpenAI's Responses API takes."""
LONG_PROMPT = (
    "Count from 1 to 2000 in English words, one number a line. Write nothing else, and do not stop early. "
    f"(Request {NONCE})"
)
LONG_TOKENS = 1024
"""A minute of a model that writes some twenty tokens a second."""

NOT_HIDDEN: Mapping[str, object] = {"num_retries": 0, "disable_fallbacks": True}
"""The gateway must not retry or fall back, and so hide a failure."""

HOST_LIMIT = 255
"""Characters of a host's name at most (RFC 1035); what is longer names none."""


def chat(
    model: str,
    prompt: str = PROMPT,
    *,
    max_tokens: int = MAX_TOKENS,
    stream: bool = False,
    gateway_retries: bool = False,
) -> Request:
    """A chat completion; with `gateway_retries` LiteLLM may retry and fall back."""
    fields: dict[str, object] = {"messages": [{"role": "user", "content": prompt}], "max_tokens": max_tokens}
    if not stream:
        return _ask(model, "/v1/chat/completions", fields, chat_answered, gateway_retries=gateway_retries)
    fields |= {"stream": True, "stream_options": {"include_usage": True}}
    return _ask(
        model, "/v1/chat/completions", fields, chat_streamed, is_token=is_chat_token, gateway_retries=gateway_retries
    )


def long_stream(model: str, *, max_tokens: int = LONG_TOKENS) -> Request:
    """A long streamed chat completion, whose tokens must come one after the other."""
    request = chat(model, LONG_PROMPT, max_tokens=max_tokens, stream=True)
    return request.also(flows(is_chat_token))


def response(model: str, *, max_tokens: int = MAX_TOKENS, stream: bool = False) -> Request:
    """A response of OpenAI's Responses API."""
    fields = {"input": PROMPT, "max_output_tokens": max_tokens}
    if not stream:
        return _ask(model, "/v1/responses", fields, response_answered)
    return _ask(model, "/v1/responses", {**fields, "stream": True}, response_streamed, is_token=is_response_token)


def message(model: str, *, max_tokens: int = MAX_TOKENS, stream: bool = False) -> Request:
    """A message of Anthropic's Messages API."""
    fields = {"messages": [{"role": "user", "content": PROMPT}], "max_tokens": max_tokens}
    if not stream:
        return _ask(model, "/v1/messages", fields, message_answered)
    return _ask(model, "/v1/messages", {**fields, "stream": True}, message_streamed, is_token=is_message_token)


def embedding(model: str, *, as_base64: bool = False) -> Request:
    """One embedding, as a list of numbers or as base64; the length of its vector is kept."""
    fields = {"input": PROMPT, "encoding_format": "base64" if as_base64 else "float"}
    check = embedded_as_base64 if as_base64 else embedded_as_floats
    return replace(_ask(model, "/v1/embeddings", fields, check), reads=vector_length)


def _ask(
    model: str,
    path: str,
    fields: Mapping[str, object],
    check: Check,
    *,
    is_token: Callable[[Any], bool] | None = None,
    gateway_retries: bool = False,
) -> Request:
    """A request to a model, which no cache is to answer, and by default no retry or fallback."""
    body = {"model": model, **fields, **({} if gateway_retries else NOT_HIDDEN), **NOT_CACHED}
    return Request(model, model, path, body, check, is_token=is_token)


def mcp_tools(server: str, *, alone: bool = False) -> Request:
    """The list of MCP tools, which must hold one of `server`; `alone`: the gateway has no other."""
    return Request(server, server, "/v1/mcp/tools", {}, lists_tools_of(server, alone=alone), method="GET")


def memory() -> Request:
    """The memory of the process that answers, in MB, and its name, as it reports them.

    Its connection is closed after it: over one that is kept, the same of several workers would answer each time.
    """
    return Request(
        "memory",
        "memory",
        "/debug/memory/summary",
        {},
        status(200),
        method="GET",
        headers={"Connection": "close"},
        reads=_megabytes,
        answered_by=_process,
    )


def _megabytes(reply: Reply) -> float | None:
    match reply.json:
        case {"memory": {"ram_usage_mb": int() | float() as megabytes}} if 0 < megabytes < 1e9:
            return float(megabytes)
    return None


def _process(reply: Reply) -> Process | None:
    """Host and id together: every pod of a deployment may have a process 1."""
    match reply.json:
        case {"hostname": str() as host, "worker_pid": int() as pid} if 0 < pid < 2**31 and len(host) <= HOST_LIMIT:
            named = clean(host, HOST_LIMIT)
            return Process(named, pid) if named else None
    return None
