"""The provider answers each of its dialects, whole and streamed, and does what a model's name says."""

from typing import Any

import httpx
import pytest

from tests.releases.provider.app import provider

SAY = [{"role": "user", "content": "hello"}]
ROUTES: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/chat/completions", {"model": "gpt", "messages": SAY}, "data: [DONE]"),
    ("/openai/deployments/gpt/chat/completions", {"messages": SAY}, "data: [DONE]"),
    ("/v1/responses", {"model": "gpt", "input": "hello"}, "response.completed"),
    ("/anthropic/v1/messages", {"model": "claude", "messages": SAY, "max_tokens": 9}, "message_stop"),
    ("/gemini/m:streamGenerateContent", {"contents": [{"parts": [{"text": "hello"}]}]}, '"finishReason": "STOP"'),
]


async def asked(path: str, body: dict[str, Any]) -> httpx.Response:
    transport = httpx.ASGITransport(provider())
    async with httpx.AsyncClient(transport=transport, base_url="http://provider.test") as client:
        return await client.post(path, json=body)


@pytest.mark.parametrize(("path", "body", "end"), ROUTES, ids=[path for path, *_ in ROUTES])
async def test_each_dialect_is_spoken_whole_and_streamed(path: str, body: dict[str, Any], end: str) -> None:
    whole = await asked(path.replace("streamGenerate", "generate"), body)
    streamed = await asked(path, {**body, "stream": True})

    assert (whole.status_code, streamed.status_code) == (200, 200)
    assert "word-1" in whole.text
    assert "word-1" in streamed.text
    assert end in streamed.text


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/v1/chat/completions", {"model": "broken-1", "messages": SAY, "stream": True}, 200, '"error"'),
        ("/v1/responses", {"model": "broken-1", "input": "hello", "stream": True}, 200, "response.failed"),
        ("/v1/chat/completions", {"model": "status-429", "messages": SAY}, 429, "refused with 429"),
        ("/vllm/v1/embeddings", {"model": "e", "input": "hello", "encoding_format": None}, 400, "encoding_format"),
        ("/vllm/v1/embeddings", {"model": "e", "input": "hello"}, 200, "embedding"),
    ],
)
async def test_it_fails_as_the_name_of_a_model_says(path: str, body: dict[str, Any], status: int, said: str) -> None:
    answer = await asked(path, body)

    assert answer.status_code == status
    assert said in answer.text
