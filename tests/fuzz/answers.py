"""Real answers to begin with: those of the cases from public bug reports, and those of the stand-in's formats."""

import json
from collections.abc import Iterator

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat, embedding, long_stream, mcp_tools, memory, message, response
from litellm_observatory.standin.gateway.chat import CHAT
from litellm_observatory.standin.gateway.embeddings import EMBEDDINGS
from litellm_observatory.standin.gateway.messages import MESSAGES
from litellm_observatory.standin.gateway.responses import RESPONSES
from suites.api_contract import api_contract
from tests.cases.cases import every_case
from tests.core.wire.checks import examples

MOST_BYTES = 65_536
"""Bytes of an answer to begin with; a longer one only makes the fuzzer slow."""


def every_request() -> tuple[Request, ...]:
    """Every request of a soak and of the contract, of those that read an answer alike the first one."""
    facts = GatewayInfo(None, {"m": TargetKind.CHAT, "e": TargetKind.EMBEDDING})
    every = (
        *(chat("m"), chat("m", stream=True), long_stream("m"), response("m"), response("m", stream=True)),
        *(message("m"), message("m", stream=True), embedding("m"), embedding("m", as_base64=True)),
        *(mcp_tools("weather"), mcp_tools("weather", alone=True), memory()),
        *api_contract().requests(("m", "e"), facts),
    )
    return tuple({(r.check, r.reads, r.is_token, r.absent): r for r in reversed(every)}.values())[::-1]


def bodies() -> Iterator[bytes]:
    """The bodies of all of them, whole and streamed."""
    for case in every_case():
        if "body" in case.told:
            yield case.body[:MOST_BYTES]
    for format_ in (CHAT, RESPONSES, MESSAGES, EMBEDDINGS):
        yield examples.whole(format_).body
    for format_ in (CHAT, RESPONSES, MESSAGES):
        yield examples.stream(format_).body
    for told in (
        {"memory": {"ram_usage_mb": 512.5}, "hostname": "pod-a", "worker_pid": 17},
        {"tools": [{"name": "weather-now", "mcp_info": {"server_name": "weather"}}]},
        {"choices": [{"message": {"tool_calls": [_CALL]}, "finish_reason": "tool_calls"}], "usage": _USAGE},
        {"type": "message", "content": [_BLOCK], "stop_reason": "tool_use", "usage": {"output_tokens": 3}},
        {"object": "response", "status": "completed", "output": [_ITEM], "usage": _USAGE},
    ):
        yield json.dumps(told).encode()


def streamed_calls() -> Iterator[bytes]:
    """Streams in which a tool is called."""
    part = {"type": "content_block_delta", "index": 0, "delta": {"partial_json": _ARGUMENTS}}
    added = {"type": "response.output_item.added", "output_index": 0, "item": _ITEM}
    grown = {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": _ARGUMENTS}
    done = {"type": "response.completed", "response": {"output": [_ITEM], "usage": _USAGE}}
    for chunks in (
        [{"choices": [{"delta": {"tool_calls": [_CALL | {"index": 0}]}, "finish_reason": "tool_calls"}]}],
        [{"type": "content_block_start", "index": 0, "content_block": _BLOCK}, part, {"type": "message_stop"}],
        [{"type": "response.created"}, added, grown, done],
    ):
        yield "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode() + b"data: [DONE]\n\n"


def routes() -> Iterator[bytes]:
    """What gateways tell of themselves, by path, each as JSON."""
    for case in every_case():
        if case.request == "discover":
            yield json.dumps(case.routes).encode()
    model = {"model_name": "openai/*", "model_info": {"mode": "chat", "id": "1"}}
    yield json.dumps(
        {
            "/v1/models": {"status": 200, "json": {"data": [{"id": "openai/a"}, {"id": "b", "mode": "embedding"}]}},
            "/model/info": {"status": 200, "json": {"data": [model]}},
            "/health/readiness/details": {"status": 200, "json": {"litellm_version": "1.90.2"}},
            "/v1/mcp/server": {"status": 200, "json": [{"server_name": "weather", "alias": None}]},
        }
    ).encode()


_ARGUMENTS = '{"city": "Paris"}'
_USAGE = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
_CALL = {"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": _ARGUMENTS}}
_BLOCK = {"type": "tool_use", "id": "t", "name": "get_weather", "input": {"city": "Paris"}}
_ITEM = {"type": "function_call", "name": "get_weather", "arguments": _ARGUMENTS, "call_id": "c"}
