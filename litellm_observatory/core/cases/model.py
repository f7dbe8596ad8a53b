"""Cases of a model: every kind of answer, whole and streamed, its tool calls, its headers and its cost."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from litellm_observatory.core.wire.checks.calls import items_announced, message_calls_tool, response_calls_tool
from litellm_observatory.core.wire.checks.chat import chat_answered, chat_streamed, ends_once
from litellm_observatory.core.wire.checks.check import Check, or_refused, status
from litellm_observatory.core.wire.checks.contract import (
    framed_once,
    has_headers,
    missing_route,
    says_json,
    unsupported,
)
from litellm_observatory.core.wire.checks.sdk import reads_as_users_do
from litellm_observatory.core.wire.checks.tools import calls_tool, stream_calls_tool
from litellm_observatory.core.wire.request import NONCE, Level, Request
from litellm_observatory.core.wire.requests import chat, embedding, message, response

TOOL_PROMPT = f"What is the weather in Paris? Call the tool get_weather for it, and say nothing. (Request {NONCE})"
TOOL = "get_weather"
ARGUMENTS = {"city": "Paris"}
"""The only arguments that the tool's schema allows, so that a streamed call can be compared with a whole one."""

JSON_PROMPT = f'Reply with the JSON object {{"word": "ok"}}. (Request {NONCE})'
ANSWER = {"word": "ok"}

TIMING_AND_IDS = (
    "x-litellm-call-id",
    "x-litellm-model-id",
    "x-litellm-response-duration-ms",
    "x-litellm-overhead-duration-ms",
)

COST = "x-litellm-response-cost"
"""LiteLLM leaves it out where the model has no price, and of streams, whose cost is not known when they begin."""


def cases_of_a_chat_model(model: str, max_tokens: int) -> list[Request]:
    """Chat, tool calls and JSON, responses and messages, each whole and streamed where that makes a difference."""
    answers = {
        "chat": chat(model, max_tokens=max_tokens),
        "chat, streamed": chat(model, max_tokens=max_tokens, stream=True),
        "responses": response(model, max_tokens=max_tokens),
        "responses, streamed": response(model, max_tokens=max_tokens, stream=True),
        "messages": message(model, max_tokens=max_tokens),
        "messages, streamed": message(model, max_tokens=max_tokens, stream=True),
    }
    return [
        *(_named(request, what) for what, request in answers.items()),
        _tool_call(model, max_tokens, stream=False),
        _tool_call(model, max_tokens, stream=True),
        _json(model, max_tokens),
        *(_headers(request, what) for what, request in answers.items()),
    ]


def cases_of_an_embedding_model(model: str) -> list[Request]:
    """Both encodings, none named (LiteLLM #19174 sent a null then, which strict providers refuse), the headers."""
    floats, base64 = embedding(model), embedding(model, as_base64=True)
    unnamed = replace(floats, body={name: said for name, said in floats.body.items() if name != "encoding_format"})
    return [
        _named(floats, "embeddings as numbers"),
        _named(base64, "embeddings as base64"),
        _named(unnamed, "embeddings, no encoding named"),
        _headers(floats, "embeddings"),
    ]


def _named(request: Request, what: str) -> Request:
    """The request as a case: skipped where the gateway does not know its route."""
    read = reads_as_users_do(request.path, streamed=request.is_streamed)
    return replace(
        request,
        name=f"{request.model}: {what}",
        check=or_refused(request.check) & framed_once & read,
        absent=missing_route(request.path),
    )


def _headers(request: Request, what: str) -> Request:
    check = status(200) & has_headers(*TIMING_AND_IDS)
    return replace(_named(request, f"headers of {what}"), check=check, level=Level.SHOULD)


def _tool_call(model: str, max_tokens: int, *, stream: bool) -> Request:
    parameters = _only(ARGUMENTS)
    tool = {"name": TOOL, "description": "The weather of a city.", "parameters": parameters}
    check = stream_calls_tool(TOOL, ARGUMENTS) if stream else calls_tool(TOOL, ARGUMENTS)
    request = chat(model, TOOL_PROMPT, max_tokens=max_tokens, stream=stream)
    return _with(
        request,
        "tool call, streamed" if stream else "tool call",
        {"tools": [{"type": "function", "function": tool}]},
        (chat_streamed & ends_once if stream else chat_answered)
        & check
        & reads_as_users_do(request.path, streamed=stream),
    )


def _json(model: str, max_tokens: int) -> Request:
    schema = {"name": "answer", "strict": True, "schema": _only(ANSWER)}
    return _with(
        chat(model, JSON_PROMPT, max_tokens=max_tokens),
        "JSON by a schema",
        {"response_format": {"type": "json_schema", "json_schema": schema}},
        chat_answered & says_json(ANSWER),
    )


def _with(request: Request, what: str, fields: Mapping[str, object], check: Check) -> Request:
    """The request with more fields; skipped where LiteLLM says that the model does not take them."""
    name = f"{request.model}: {what}"
    return replace(request, name=name, body={**request.body, **fields}, check=check, absent=unsupported)


def _only(example: Mapping[str, str]) -> dict[str, object]:
    """The JSON schema that nothing but `example` satisfies."""
    return {
        "type": "object",
        "properties": {name: {"type": "string", "enum": [value]} for name, value in example.items()},
        "required": list(example),
        "additionalProperties": False,
    }


def cost_cases(model: str, max_tokens: int) -> Iterator[Request]:
    """The cost of a whole answer on each route (LiteLLM #31675: messages had none)."""
    routes = {"chat": chat, "responses": response, "messages": message}
    for route, request_to in routes.items():
        request = request_to(model, max_tokens=max_tokens)
        yield replace(
            request,
            name=f"{model}: cost of {route}",
            check=status(200) & has_headers(COST),
            absent=missing_route(request.path),
            level=Level.SHOULD,
        )


def tool_call_cases(model: str, max_tokens: int) -> Iterator[Request]:
    """A call of one tool on the Responses and the Messages API, whole and streamed; agents depend on them.

    LiteLLM's bridges to other providers break it often (#19368, #37852), so it is a should: it fails only a gateway
    that had it before.
    """
    named = {"description": "The weather of a city.", "name": TOOL}
    function = {**named, "type": "function", "parameters": _only(ARGUMENTS)}
    tool = {**named, "input_schema": _only(ARGUMENTS)}
    prompt = [{"role": "user", "content": TOOL_PROMPT}]
    for stream in (False, True):
        how = "tool call, streamed" if stream else "tool call"
        called = response_calls_tool(TOOL, ARGUMENTS, stream=stream)
        yield _case(
            response(model, max_tokens=max_tokens, stream=stream),
            f"responses, {how}",
            {"input": TOOL_PROMPT, "tools": [function]},
            items_announced & called if stream else called,
        )
        yield _case(
            message(model, max_tokens=max_tokens, stream=stream),
            f"messages, {how}",
            {"messages": prompt, "tools": [tool]},
            message_calls_tool(TOOL, ARGUMENTS, stream=stream),
        )


def _case(request: Request, what: str, fields: Mapping[str, object], check: Check) -> Request:
    return replace(
        request,
        name=f"{request.model}: {what}",
        body={**request.body, **fields},
        check=request.check & check,
        absent=lambda reply: missing_route(request.path)(reply) or unsupported(reply),
        level=Level.SHOULD,
    )
