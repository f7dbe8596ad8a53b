"""What a user would call an answer, and everything that only looks like one."""

import pytest

from litellm_observatory.core.wire.checks.chat import (
    chat_answered,
    chat_streamed,
    completion,
    content_not_empty,
    has_finish_reason,
    stream_ended,
)
from litellm_observatory.core.wire.checks.check import Check, has_usage, status
from litellm_observatory.core.wire.checks.embeddings import embedded_as_base64, embedded_as_floats
from litellm_observatory.core.wire.checks.mcp import lists_tools_of
from litellm_observatory.core.wire.checks.messages import message_answered, message_streamed
from litellm_observatory.core.wire.checks.responses import response_answered, response_streamed
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Reply
from tests.core.examples import DELTAS, choice, replied, streamed
from tests.core.examples import completion as answer

NESTED = b"[" * 10_000
FINISHED = DELTAS[2]
COUNTED = DELTAS[3]
TOOL_CALL = {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "function": {"name": "f"}}]}

NO_ANSWERS: dict[str, tuple[object, FailureKind, str]] = {
    "a web page": (b"<html><h1>Bad Gateway</h1></html>", FailureKind.MALFORMED, "no JSON: <html><h1>Bad"),
    "nothing": (b"", FailureKind.MALFORMED, "no JSON: an empty body"),
    "no UTF-8": (b"\xff\xfe\x00", FailureKind.MALFORMED, "no JSON"),
    "cut JSON": (b'{"choices": [', FailureKind.MALFORMED, "no JSON"),
    "nested too deep": (NESTED, FailureKind.MALFORMED, "no JSON"),
    "null": (b"null", FailureKind.MALFORMED, "no JSON"),
    "NaN": (b"NaN", FailureKind.MALFORMED, "no choice"),
    "a list": ([], FailureKind.MALFORMED, "no choice"),
    "no choices": (answer(choices=None), FailureKind.MALFORMED, "no choice"),
    "empty choices": (answer(choices=[]), FailureKind.MALFORMED, "no choice"),
    "choices of strings": (answer(choices=["ok"]), FailureKind.MALFORMED, "no choice"),
    "choices by name": (answer(choices={"0": choice()}), FailureKind.MALFORMED, "no choice"),
    "no message": (answer(choices=[choice(message=None)]), FailureKind.MALFORMED, "no choice"),
    "a message that is text": (answer(choices=[choice(message="ok")]), FailureKind.MALFORMED, "no choice"),
    "an error inside a 200": (
        {"error": {"message": "upstream went away"}},
        FailureKind.MALFORMED,
        "200 but an error: upstream went away",
    ),
    "no content": (answer(choices=[choice(message={})]), FailureKind.EMPTY, "empty content (finish_reason stop)"),
    "null content": (answer(choices=[choice(message={"content": None})]), FailureKind.EMPTY, "empty content"),
    "empty content": (answer(choices=[choice(message={"content": ""})]), FailureKind.EMPTY, "empty content"),
    "content cut by max_tokens": (
        answer(choices=[choice(message={"content": ""}, finish_reason="length")]),
        FailureKind.EMPTY,
        "a reasoning model may need more max_tokens",
    ),
    "no finish_reason": (answer(choices=[choice(finish_reason=None)]), FailureKind.MALFORMED, "no finish_reason"),
    "no usage": (answer(usage=None), FailureKind.MALFORMED, "no usage"),
    "usage of nothing": (answer(usage={"total_tokens": 0}), FailureKind.MALFORMED, "no usage"),
    "usage that is text": (answer(usage={"total_tokens": "30"}), FailureKind.MALFORMED, "no usage"),
    "usage that is no number": (answer(usage={"total_tokens": float("nan")}), FailureKind.MALFORMED, "no usage"),
}

NO_STREAMS: dict[str, tuple[Reply, FailureKind, str]] = {
    "a web page": (replied(b"<html></html>"), FailureKind.MALFORMED, "no event: <html></html>"),
    "nothing": (replied(b""), FailureKind.MALFORMED, "no event: an empty body"),
    "no UTF-8": (replied(b"data: \xff\xfe\n\n"), FailureKind.MALFORMED, "no JSON"),
    "an answer that is no stream": (replied(answer()), FailureKind.MALFORMED, "no event"),
    "no terminator": (streamed(end=""), FailureKind.STREAM_CUT, "after 4 events, unfinished"),
    "no blank line at the end": (streamed(end="data: [DONE]\n"), FailureKind.STREAM_CUT, "unfinished"),
    "no line break at the end": (streamed(end="data: [DONE]"), FailureKind.STREAM_CUT, "unfinished"),
    "something after the terminator": (streamed(end="data: [DONE]\n\ndata: {}\n\n"), FailureKind.STREAM_CUT, "unf"),
    "an error event": (
        streamed([*DELTAS, {"error": {"message": "upstream went away"}}]),
        FailureKind.STREAM_CUT,
        "error event in the stream: upstream went away",
    ),
    "an error in words": (streamed([{"error": "gone"}]), FailureKind.STREAM_CUT, "error event in the stream: gone"),
    "an event that is no JSON": (streamed(["{", *DELTAS]), FailureKind.MALFORMED, "no JSON"),
    "an event nested too deep": (streamed([NESTED.decode(), *DELTAS]), FailureKind.MALFORMED, "no JSON"),
    "only the terminator": (streamed([]), FailureKind.EMPTY, "empty content (finish_reason None)"),
    "no content": (streamed([FINISHED, COUNTED]), FailureKind.EMPTY, "empty content (finish_reason stop)"),
    "a delta that is a list": (streamed([{"choices": [{"delta": ["ok"]}]}]), FailureKind.EMPTY, "empty content"),
    "choices of strings": (streamed([{"choices": ["ok"]}]), FailureKind.EMPTY, "empty content"),
    "chunks that are lists": (streamed([[], [1]]), FailureKind.EMPTY, "empty content"),
    "no finish_reason": (streamed([DELTAS[0], COUNTED]), FailureKind.MALFORMED, "without a finish_reason"),
    "no usage": (streamed(DELTAS[:3]), FailureKind.MALFORMED, "without usage"),
}

ALL_CHECKS = (
    completion,
    content_not_empty,
    has_finish_reason,
    has_usage,
    stream_ended,
    chat_answered,
    chat_streamed,
    status(500),
    response_answered,
    response_streamed,
    message_answered,
    message_streamed,
    embedded_as_floats,
    embedded_as_base64,
    lists_tools_of("weather"),
)


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, (body, _, _) in NO_ANSWERS.items()])
@pytest.mark.parametrize("check", ALL_CHECKS)
def test_every_check_alone_judges_every_body(check: Check, body: object) -> None:
    assert isinstance(check(replied(body)), Failure | None)


@pytest.mark.parametrize(("body", "kind", "said"), NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_a_200_is_no_success_by_itself(body: object, kind: FailureKind, said: str) -> None:
    failure = chat_answered(replied(body))
    assert failure is not None
    assert failure.kind is kind
    assert said in failure.message


@pytest.mark.parametrize(("reply", "kind", "said"), NO_STREAMS.values(), ids=NO_STREAMS)
def test_a_stream_is_no_success_by_itself(reply: Reply, kind: FailureKind, said: str) -> None:
    failure = chat_streamed(reply)
    assert failure is not None
    assert failure.kind is kind
    assert said in failure.message


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(answer(), id="text"),
        pytest.param(answer(error=None) | {"error": None}, id="error null"),
        pytest.param(answer(choices=[choice(message=TOOL_CALL)]), id="a tool call"),
        pytest.param(answer(choices=[choice(), "junk"]), id="junk after the first choice"),
    ],
)
def test_an_answer_passes(body: object) -> None:
    assert chat_answered(replied(body)) is None


def test_a_stream_passes() -> None:
    assert chat_streamed(streamed()) is None


def test_a_streamed_tool_call_beside_null_content_is_no_empty_answer() -> None:
    chunk = {"choices": [{"delta": TOOL_CALL, "finish_reason": "tool_calls"}]}
    assert chat_streamed(streamed([chunk, COUNTED])) is None


def test_a_null_error_in_a_chunk_is_no_error() -> None:
    assert chat_streamed(streamed([chunk | {"error": None} for chunk in DELTAS])) is None


def test_a_status_is_told_with_the_gateways_own_words() -> None:
    failure = chat_answered(replied({"error": {"message": "no such model", "code": "400"}}, 400))
    assert failure == Failure(FailureKind.BAD_REQUEST, "400: no such model")
    assert chat_streamed(replied(b"", 503)) == Failure(FailureKind.SERVER_ERROR, "503: no message")


def test_of_two_checks_the_second_is_asked_only_after_the_first_passed() -> None:
    asked = []

    def check(name: str, failure: Failure | None) -> Check:
        def find(reply: Reply) -> Failure | None:
            asked.append(name)
            return failure

        return Check(find)

    first = Failure(FailureKind.EMPTY, "first")
    assert (check("a", None) & check("b", first) & check("c", None))(replied({})) is first
    assert asked == ["a", "b"]
