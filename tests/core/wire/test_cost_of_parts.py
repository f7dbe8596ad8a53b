"""Real answers with one part so long that the whole is a MiB: reading and judging take 50 ms of CPU."""

import time
import zlib
from itertools import cycle, islice

import httpx
import pytest

from litellm_observatory.core.wire.body import read_body
from litellm_observatory.core.wire.checks import sdk
from litellm_observatory.core.wire.failures import presentable
from litellm_observatory.core.wire.reply import Arrival, Reply
from litellm_observatory.core.wire.request import BODY_LIMIT
from litellm_observatory.standin.gateway.chat import CHAT
from litellm_observatory.standin.gateway.embeddings import EMBEDDINGS
from litellm_observatory.standin.gateway.messages import MESSAGES
from litellm_observatory.standin.gateway.responses import RESPONSES
from tests.core.examples import KEY
from tests.core.wire.checks import examples
from tests.fuzz.answers import streamed_calls
from tests.fuzz.lengthening import lengthened
from tests.fuzz.targets import HEADERS, MOST_SECONDS, REQUESTS, cpu_seconds, judge_answer

CLIENT_SECONDS = 1.0
"""CPU of a client's parser over one answer: it is not ours, and no paced traffic waits for it."""

STEP = 23
"""Of the shapes every so manieth is tried here; `make fuzz` tries all."""

WHOLE = {
    "chat": examples.whole(CHAT).body,
    "a chat's stream": examples.stream(CHAT).body,
    "responses": examples.whole(RESPONSES).body,
    "messages": examples.whole(MESSAGES).body,
    "a message's stream": examples.stream(MESSAGES).body,
    "embeddings": examples.whole(EMBEDDINGS).body,
    "an error": b'{"error": {"message": "function not supported", "type": null, "code": "400"}}',
    "tools": b'{"tools": [{"name": "weather-now"}]}',
    **{f"a call's stream {number}": body for number, body in enumerate(streamed_calls())},
}


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE)
def test_no_part_takes_long_however_long_it_is(answer: bytes) -> None:
    requests = cycle(REQUESTS)
    for where, body in islice(lengthened(answer), 0, None, STEP):
        assert len(body) <= BODY_LIMIT
        came = tuple(Arrival(size, size / 1e5) for size in range(16384, len(body) + 16384, 16384))
        for request in islice(requests, 2):
            for status in (200, 400):

                def judge(request=request, body=body, status=status, came=came) -> None:  # type: ignore[no-untyped-def]
                    if failure := judge_answer(request, Reply(status, HEADERS, body, 11.0, came)):
                        presentable(failure.message, KEY)

                assert cpu_seconds(judge) < MOST_SECONDS, (request.name, status, where)


def filled(unit: str, before: str, after: str, size: int) -> bytes:
    """A body of a size: a unit again and again, between a beginning and an end."""
    return (before + unit * ((size - len(before) - len(after)) // len(unit)) + after).encode()


CHUNK = (
    'data: {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", '
    '"choices": [{"index": 0, "delta": %s}]}\n\n'
)
SAID = '{"content": "a"}'
CALLED = '{"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"arguments": "[1,"}}]}'
STARTED = (
    'event: message_start\ndata: {"type": "message_start", "message": {"id": "m", "type": "message", "role": '
    '"assistant", "content": [], "model": "m", "usage": {"input_tokens": 1, "output_tokens": 1}}}\n\n'
    'event: content_block_start\ndata: {"type": "content_block_start", "index": 0, "content_block": '
    '{"type": "tool_use", "id": "a", "name": "b", "input": {}}}\n\n'
)
GROWN = (
    'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": '
    '{"type": "input_json_delta", "partial_json": "[1,"}}\n\n'
)
CLIENTS = {
    "choices": ("/v1/chat/completions", False, "{},", '{"choices": [', "{}]}"),
    "output": ("/v1/responses", False, "{},", '{"object": "response", "output": [', "{}]}"),
    "numbers as output": ("/v1/responses", False, "1,", '{"object": "response", "output": [', "1]}"),
    "tools": ("/v1/responses", False, "{},", '{"object": "response", "output": [], "tools": [', "{}]}"),
    "blocks": ("/v1/messages", False, "{},", '{"type": "message", "content": [', "{}]}"),
    "a vector": ("/v1/embeddings", False, "1,", '{"data": [{"embedding": [', "1]}]}"),
    "text": ("/v1/chat/completions", True, CHUNK % SAID, "", "data: [DONE]\n\n"),
    "a call": ("/v1/chat/completions", True, CHUNK % CALLED, "", "data: [DONE]\n\n"),
    "a message's call": ("/v1/messages", True, GROWN, STARTED, ""),
    "tiny events": ("/v1/chat/completions", True, "data:{}\n\n", "", ""),
    "lines": ("/v1/responses", True, "\n", "", ""),
    "lines of data": ("/v1/messages", True, "data:1\n", "", ""),
}


@pytest.mark.parametrize("size", [1024, 4096, 16_384, 65_536, BODY_LIMIT])
@pytest.mark.parametrize(("path", "streamed", "unit", "before", "after"), CLIENTS.values(), ids=CLIENTS)
def test_no_client_is_given_what_it_takes_long_to_read(
    path: str, streamed: bool, unit: str, before: str, after: str, size: int
) -> None:
    read = sdk.reads_as_users_do(path, streamed=streamed)
    body = filled(unit, before, after, size)
    kind = "text/event-stream" if streamed else "application/json"
    read(Reply(200, {"content-type": kind}, b"{}"))  # the client's types are built at their first use
    assert cpu_seconds(lambda: read(Reply(200, {"content-type": kind}, body))) < CLIENT_SECONDS


async def test_what_follows_the_end_of_an_encoded_body_is_not_copied_again_and_again() -> None:
    class Stream(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield zlib.compress(b"{}")
            for _ in range(16_384):
                yield b"\0" * 512

    response = httpx.Response(200, headers={"content-encoding": "deflate"}, stream=Stream())

    async def read() -> list[bytes]:
        return [piece async for piece in read_body(response, 2**25)]

    before = time.thread_time()
    assert await read() == [b"{}"]
    assert time.thread_time() - before < 1
