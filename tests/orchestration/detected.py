"""What each suite detects, and the words in which it names the cause: a row of docs/suites.md each."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from prefect import Flow

from flows.api_contract import api_contract
from flows.embeddings_release import embeddings_release
from flows.fallback_routing import fallback_routing
from flows.mcp_release import mcp_release
from flows.memory_and_overhead import memory_and_overhead
from flows.messages_release import messages_release
from flows.responses_release import responses_release
from flows.streaming_release import streaming_release
from litellm_observatory.standin.gateway.faults import Fault, FaultKind


class Detected(NamedTuple):
    """A suite, a fault in words and as the stand-in gateway has it, and the cause that the run's sentence names."""

    flow: Flow[Any, Any]
    fault: str
    faults: Sequence[Fault]
    cause: str


def _status(status: int, message: str) -> Fault:
    return Fault(FaultKind.STATUS, status=status, message=message)


def _cut(message: str) -> Fault:
    return Fault(FaultKind.CUT_STREAM, message=message, only_streams=True)


DETECTED = [
    Detected(
        responses_release,
        "streams lack `response.created`",
        [Fault(FaultKind.LOST_CHUNK)],
        "the stream begins with response.in_progress, no response.created",
    ),
    Detected(
        responses_release,
        "`response.failed` inside a 200",
        [_cut("upstream went away")],
        "error event in the stream: upstream went away",
    ),
    Detected(
        responses_release,
        "a piece of the text is lost",
        [Fault(FaultKind.LOST_CHUNK, position=5)],
        "pieces of text are not the text that the stream ends with",
    ),
    Detected(
        responses_release,
        "every other answer is empty",
        [Fault(FaultKind.EMPTY, rate=0.5)],
        "200 but empty content",
    ),
    Detected(
        messages_release,
        "streams lack `message_stop`",
        [Fault(FaultKind.LOST_CHUNK, position=-1)],
        "the stream ended after <n> events, unfinished",
    ),
    Detected(
        messages_release,
        "`event: error` inside a 200",
        [_cut("upstream went away")],
        "error event in the stream: upstream went away",
    ),
    Detected(
        messages_release,
        "content without its block",
        [Fault(FaultKind.LOST_CHUNK, position=1)],
        "a content_block_delta came for a block that was not open",
    ),
    Detected(
        messages_release,
        "every other answer has no content",
        [Fault(FaultKind.NO_CHOICES, rate=0.5)],
        "200 but empty content",
    ),
    Detected(
        streaming_release,
        "streams are buffered: all comes at the end",
        [Fault(FaultKind.BUFFERED)],
        "mainly buffered",
    ),
    Detected(
        streaming_release,
        "streams go silent in the middle",
        [Fault(FaultKind.STALLED)],
        "no complete answer within <n> s",
    ),
    Detected(
        streaming_release,
        "streams end without `[DONE]`, cut by an error",
        [_cut("upstream went away")],
        "error event in the stream: upstream went away",
    ),
    Detected(
        embeddings_release,
        "one vector of another length",
        [Fault(FaultKind.OTHER_LENGTH, first=40, count=1)],
        "embedder answered with vectors of 3 and 4 numbers",
    ),
    Detected(
        embeddings_release,
        "vectors with numbers that are none",
        [Fault(FaultKind.NOT_FINITE)],
        "the vector has numbers that are not finite",
    ),
    Detected(
        embeddings_release,
        "base64 is answered as a list",
        [Fault(FaultKind.WRONG_ENCODING)],
        "asked for a base64 text, got a list",
    ),
    Detected(
        api_contract,
        "a call of a tool ends with `stop`",
        [Fault(FaultKind.WRONG_FINISH)],
        "gpt-4o-mini: tool call, streamed (malformed: a tool was called, but the finish_reason is stop)",
    ),
    Detected(
        api_contract,
        "a streamed call loses its arguments",
        [Fault(FaultKind.LOST_CHUNK, position=1)],
        "gpt-4o-mini: tool call, streamed (malformed: the arguments of the call are",
    ),
    Detected(
        api_contract,
        "a wrong key is let in",
        [Fault(FaultKind.OPEN_DOOR)],
        "wrong key refused: chat (auth: a caller without a valid key was let in: answered 200)",
    ),
    Detected(
        api_contract,
        "bad requests are answered 500",
        [Fault(FaultKind.CRASH)],
        "unknown model refused: messages (server_error: 500: /messages: Invalid model name",
    ),
    Detected(
        api_contract,
        "timing headers are gone",
        [Fault(FaultKind.NO_HEADERS)],
        "headers of responses (malformed: 200 but without the header x-litellm-response-duration-ms",
    ),
    Detected(
        api_contract,
        "metrics answer with a redirect",
        [Fault(FaultKind.MOVED_METRICS)],
        "metrics (malformed: 307: no message)",
    ),
    Detected(
        api_contract,
        "probes take 1.2 s",
        [Fault(FaultKind.SLOW_PROBES, seconds=1.2)],
        "liveness under load (timeout: answered after 1.2 s, 1 s are allowed)",
    ),
    Detected(
        fallback_routing,
        "a third of the requests fail, unrescued",
        [Fault(FaultKind.STATUS, rate=0.33), Fault(FaultKind.RESCUED, rate=0.5)],
        "OpenAIException - The server had an error",
    ),
    Detected(
        fallback_routing,
        "the router finds no deployment, and no fallback",
        [_status(429, "litellm.RateLimitError: No deployments available for selected model")],
        "No deployments available for selected model",
    ),
    Detected(
        fallback_routing,
        "fallbacks answer with nothing",
        [Fault(FaultKind.EMPTY, rate=0.5)],
        "200 but empty content",
    ),
    Detected(
        memory_and_overhead,
        "memory grows by 2 MB a second",
        [Fault(FaultKind.LEAK, megabytes_per_second=2)],
        "memory: grew by",
    ),
    Detected(
        memory_and_overhead,
        "memory of one of two workers grows by 2 MB a second",
        [Fault(FaultKind.LEAK, megabytes_per_second=2, worker=1), Fault(FaultKind.WORKERS, workers=2)],
        "memory: 1 of 2 processes too fast: process 101 on standin grew by",
    ),
    Detected(
        memory_and_overhead,
        "the gateway adds 0.2 s",
        [Fault(FaultKind.OVERHEAD, seconds=0.2)],
        "overhead: the 95th percentile is 200 ms (limit 100 ms; p50 200, p99 200)",
    ),
    Detected(
        mcp_release,
        "one of two servers lists no tool",
        [Fault(FaultKind.NO_TOOLS, silent_servers=("clock",))],
        "no tool of MCP server 'clock' is listed",
    ),
    Detected(mcp_release, "the list is answered 500", [_status(500, "no session")], "500: no session"),
]
