"""Cases of tool calls on the Responses and the Messages API, which agents live on."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from litellm_observatory.core.cases.model import ARGUMENTS, TOOL, TOOL_PROMPT
from litellm_observatory.core.wire.checks.calls import items_announced, message_calls_tool, response_calls_tool
from litellm_observatory.core.wire.checks.check import Check
from litellm_observatory.core.wire.checks.contract import missing_route, unsupported
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.requests import message, response

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {name: {"type": "string", "enum": [value]} for name, value in ARGUMENTS.items()},
    "required": list(ARGUMENTS),
    "additionalProperties": False,
}
"""Nothing but the arguments satisfies it."""


def tool_call_cases(model: str, max_tokens: int) -> Iterator[Request]:
    """A call of one tool on each of the two, whole and streamed.

    LiteLLM's bridges to other providers break it often (#19368, #37852), so it is a should: it fails only a gateway
    that had it before.
    """
    said = {"description": "The weather of a city.", "name": TOOL}
    function = {**said, "type": "function", "parameters": SCHEMA}
    tool = {**said, "input_schema": SCHEMA}
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
