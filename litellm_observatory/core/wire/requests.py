"""The requests that suites send: one builder for each endpoint.

Sources of the fields: OpenAI's and Anthropic's API references; LiteLLM's proxy reads `num_retries` and
`disable_fallbacks` from the body of every route and passes neither on (measured).
"""

from collections.abc import Mapping

from litellm_observatory.core.wire.cache import NOT_CACHED
from litellm_observatory.core.wire.checks.chat import chat_answered, chat_streamed, is_chat_token
from litellm_observatory.core.wire.checks.check import status
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
    body = {
        "model": model,
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": max_tokens,
        **({"stream": True, "stream_options": {"include_usage": True}} if stream else {}),
        **({} if gateway_retries else NOT_HIDDEN),
        **NOT_CACHED,
    }
    return Request(
        name=model,
        model=model,
        path="/v1/chat/completions",
        body=body,
        check=chat_streamed if stream else chat_answered,
        is_token=is_chat_token if stream else None,
    )


def long_stream(model: str, *, max_tokens: int = LONG_TOKENS) -> Request:
    """A long streamed chat completion, whose tokens must come one after the other."""
    request = chat(model, LONG_PROMPT, max_tokens=max_tokens, stream=True)
    return request.also(flows(is_chat_token))


def response(model: str, *, max_tokens: int = MAX_TOKENS, stream: bool = False) -> Request:
    """A response of OpenAI's Responses API."""
    return Request(
        name=model,
        model=model,
        path="/v1/responses",
        body={
            "model": model,
            "input": PROMPT,
            "max_output_tokens": max_tokens,
            **({"stream": True} if stream else {}),
            **NOT_HIDDEN,
            **NOT_CACHED,
        },
        check=response_streamed if stream else response_answered,
        is_token=is_response_token if stream else None,
    )


def message(model: str, *, max_tokens: int = MAX_TOKENS, stream: bool = False) -> Request:
    """A message of Anthropic's Messages API."""
    return Request(
        name=model,
        model=model,
        path="/v1/messages",
        body={
            "model": model,
            "messages": [{"role": "user", "content": PROMPT}],
            "max_tokens": max_tokens,
            **({"stream": True} if stream else {}),
            **NOT_HIDDEN,
            **NOT_CACHED,
        },
        check=message_streamed if stream else message_answered,
        is_token=is_message_token if stream else None,
    )


def embedding(model: str, *, as_base64: bool = False) -> Request:
    """One embedding, as a list of numbers or as base64; the length of its vector is kept."""
    return Request(
        name=model,
        model=model,
        path="/v1/embeddings",
        body={
            "model": model,
            "input": PROMPT,
            "encoding_format": "base64" if as_base64 else "float",
            **NOT_HIDDEN,
            **NOT_CACHED,
        },
        check=embedded_as_base64 if as_base64 else embedded_as_floats,
        reads=vector_length,
    )


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
