"""Probes: one request of its own for each regression, which shows the defect, or that it is not there.

A probe takes an HTTP client whose base is the release, with its key, and returns the defect in a sentence, or None.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

Probe = Callable[[httpx.AsyncClient], Awaitable[str | None]]

PROMPT = [{"role": "user", "content": "Say a few words to me please"}]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Paris"]}}, "required": ["city"]}
FUNCTION = {"name": "get_weather", "description": "The weather of a city", "parameters": SCHEMA}
ALONE = {"num_retries": 0}
PROBED_TTL_SECONDS = 25
CHAT, RESPONSES, MESSAGES = "/v1/chat/completions", "/v1/responses", "/v1/messages"


def _events(text: str) -> list[Any]:
    """The JSON of a stream's events."""
    lines = (line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: "))
    return [json.loads(line) for line in lines if line != "[DONE]"]


async def _chat(client: httpx.AsyncClient, model: str, **fields: object) -> httpx.Response:
    return await client.post(CHAT, json={"model": model, "messages": PROMPT, "max_tokens": 60, **ALONE, **fields})


def _finish_reasons(text: str) -> list[str]:
    choices = [event["choices"][0] for event in _events(text) if event.get("choices")]
    return [choice["finish_reason"] for choice in choices if choice.get("finish_reason")]


async def embedding_without_format(client: httpx.AsyncClient) -> str | None:
    """An embedding that names no encoding must be answered, also by a provider that checks what it is sent."""
    answer = await client.post("/v1/embeddings", json={"model": "strict-embedder", "input": "hello", **ALONE})
    return None if answer.status_code == 200 else f"{answer.status_code}: {answer.text[:150]}"


async def mcp_tools_are_listed(client: httpx.AsyncClient) -> str | None:
    """A key of whatever role sees the tools of the servers that are configured."""
    answer = await client.get("/v1/mcp/tools")
    found = [tool["name"] for tool in answer.json().get("tools", [])] if answer.status_code == 200 else []
    return None if found else f"{answer.status_code}, no tools: {answer.text[:100]}"


async def timeout_benches_nobody(client: httpx.AsyncClient) -> str | None:
    """After one caller's own timeout of a millisecond the next caller is served."""
    await _chat(client, "slow", timeout=0.001)
    await asyncio.sleep(0.5)
    answer = await _chat(client, "slow")
    return None if answer.status_code == 200 else f"the next caller got {answer.status_code}: {answer.text[:120]}"


async def gemini_tool_stream_finishes(client: httpx.AsyncClient) -> str | None:
    """A streamed call of a tool ends with the reason `tool_calls`."""
    tools = [{"type": "function", "function": FUNCTION}]
    answer = await _chat(client, "gemini", tools=tools, stream=True)
    reasons = _finish_reasons(answer.text)
    return None if reasons == ["tool_calls"] else f"finish reasons {reasons}"


async def strangers_read_metrics(client: httpx.AsyncClient) -> str | None:
    """Prometheus scrapes without a key."""
    answer = await client.get("/metrics/", headers={"Authorization": ""})
    return None if answer.status_code == 200 else f"GET /metrics/ without a key: {answer.status_code}"


async def messages_tell_failure(client: httpx.AsyncClient) -> str | None:
    """A stream of messages whose provider fails in the middle brings an error."""
    asked = {"model": "broken-messages", "messages": PROMPT, "max_tokens": 60, "stream": True, **ALONE}
    answer = await client.post(MESSAGES, json=asked)
    types = [event.get("type", "error" if event.get("error") else None) for event in _events(answer.text)]
    return None if answer.status_code != 200 or "error" in types else f"200, no error, events {types}"


async def responses_tell_failure(client: httpx.AsyncClient) -> str | None:
    """A streamed response whose provider fails brings `response.failed`."""
    asked = {"model": "broken-responses", "input": "hello", "stream": True, **ALONE}
    answer = await client.post(RESPONSES, json=asked)
    types = [event.get("type", "error" if event.get("error") else None) for event in _events(answer.text)]
    told = answer.status_code != 200 or "response.failed" in types
    return None if told else f"events {types}"


async def usage_of_stream_is_the_providers(client: httpx.AsyncClient) -> str | None:
    """Whole and streamed the same text counts the same prompt tokens."""
    whole = (await _chat(client, "beside")).json()["usage"]
    streamed = await _chat(client, "beside", stream=True, stream_options={"include_usage": True})
    usages = [event["usage"] for event in _events(streamed.text) if event.get("usage")]
    counted = usages[-1]["prompt_tokens"] if usages else None
    same = counted == whole["prompt_tokens"]
    return None if same else f"{whole['prompt_tokens']} prompt tokens whole, {counted} streamed"


async def bridged_responses_call_tools(client: httpx.AsyncClient) -> str | None:
    """A streamed response of another provider's model brings its function call in pieces."""
    tools = [{"type": "function", **FUNCTION}]
    asked = {"model": "claude", "input": "weather?", "tools": tools, "stream": True, **ALONE}
    answer = await client.post(RESPONSES, json=asked)
    types = [event.get("type") for event in _events(answer.text)]
    return None if "response.function_call_arguments.delta" in types else f"events {types}"


async def messages_end_with_tool_use(client: httpx.AsyncClient) -> str | None:
    """A streamed message of Gemini that calls a tool stops for it."""
    events = await _tool_message(client)
    reasons = [event["delta"].get("stop_reason") for event in events if event.get("type") == "message_delta"]
    return None if "tool_use" in reasons else f"stop reasons {reasons}"


async def _tool_message(client: httpx.AsyncClient) -> list[Any]:
    tool = {"name": "get_weather", "description": "The weather of a city", "input_schema": SCHEMA}
    asked = {"model": "gemini", "messages": PROMPT, "max_tokens": 60, "tools": [tool], "stream": True, **ALONE}
    return _events((await client.post(MESSAGES, json=asked)).text)


async def messages_cost_something(client: httpx.AsyncClient) -> str | None:
    """A message whose model has a price says what it cost, as a completion does."""
    answer = await client.post(MESSAGES, json={"model": "gpt-4o-mini", "messages": PROMPT, "max_tokens": 60, **ALONE})
    cost = answer.headers.get("x-litellm-response-cost")
    return None if cost and float(cost) > 0 else f"cost {cost}"


async def responses_tell_overhead(client: httpx.AsyncClient) -> str | None:
    """A response says how long the gateway itself took, as a completion does."""
    answer = await client.post(RESPONSES, json={"model": "gpt-4o-mini", "input": "hello", **ALONE})
    return None if "x-litellm-overhead-duration-ms" in answer.headers else "no x-litellm-overhead-duration-ms"


async def streams_tell_overhead(client: httpx.AsyncClient) -> str | None:
    """A streamed completion says how long the gateway itself took, as a whole one does."""
    answer = await _chat(client, "gpt-4o-mini", stream=True)
    return None if "x-litellm-overhead-duration-ms" in answer.headers else "no x-litellm-overhead-duration-ms"


async def calls_of_responses_are_announced(client: httpx.AsyncClient) -> str | None:
    """Each item of a streamed response is announced before it is done: the SDKs look it up."""
    tools = [{"type": "function", **FUNCTION}]
    asked = {"model": "gemini", "input": "weather?", "tools": tools, "stream": True, **ALONE}
    answer = await client.post(RESPONSES, json=asked)
    events = _events(answer.text)
    counts = [
        sum(event.get("type") == f"response.output_item.{what}" for event in events) for what in ("added", "done")
    ]
    return None if counts[0] == counts[1] else f"{counts[0]} items announced, {counts[1]} done"


async def refusal_of_messages_is_anthropics(client: httpx.AsyncClient) -> str | None:
    """A refused message is told in the shape that Anthropic's SDK reads."""
    answer = await client.post(MESSAGES, json={"model": "refused", "messages": PROMPT, "max_tokens": 9, **ALONE})
    return None if answer.json().get("type") == "error" else f"{answer.status_code}: {answer.text[:100]}"


async def clients_outlive_each_other(client: httpx.AsyncClient) -> str | None:
    """A model first used after another is still answered when the other's HTTP client expires."""
    until = asyncio.get_running_loop().time() + 3 * PROBED_TTL_SECONDS
    await _chat(client, "gpt-4o-mini")
    await asyncio.sleep(PROBED_TTL_SECONDS / 2)
    while asyncio.get_running_loop().time() < until:
        for model in ("gpt-4o-mini", "azure-gpt-4o"):
            answer = await _chat(client, model)
            if answer.status_code != 200:
                return f"{model}: {answer.status_code}: {answer.text[:150]}"
        await asyncio.sleep(0.5)
    return None
