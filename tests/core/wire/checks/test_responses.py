"""The Responses API: what a user would call an answer, and everything that only looks like one."""

from typing import Any

import pytest

from litellm_observatory.core.wire.checks.responses import response_answered, response_streamed
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.standin.gateway.responses import RESPONSES
from tests.core.examples import replied
from tests.core.wire.checks.examples import CHANGE, stream, whole

FAILED = {"type": "response.failed", "response": {"status": "failed", "error": {"message": "boom"}}}
CUT_SHORT: dict[str, Any] = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}


@pytest.mark.parametrize("reply", [whole(RESPONSES), whole(RESPONSES, **CUT_SHORT)])
def test_an_answer_passes(reply: Reply) -> None:
    assert response_answered(reply) is None


def test_a_call_of_a_function_is_an_answer() -> None:
    assert response_answered(whole(RESPONSES, output=[{"type": "function_call", "name": "f"}])) is None


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (replied(b"<html>"), FailureKind.MALFORMED, "no JSON: <html>"),
        (replied({"choices": []}), FailureKind.MALFORMED, "200 but no completed response"),
        (whole(RESPONSES, status="in_progress"), FailureKind.MALFORMED, "200 but no completed response"),
        (whole(RESPONSES, status="failed", error={"message": "boom"}), FailureKind.MALFORMED, "an error: boom"),
        (whole(RESPONSES, ""), FailureKind.EMPTY, "empty content"),
        (whole(RESPONSES, None), FailureKind.EMPTY, "empty content"),
        (whole(RESPONSES, "", **CUT_SHORT), FailureKind.EMPTY, "may need more max_tokens"),
        (whole(RESPONSES, usage=None), FailureKind.MALFORMED, "no usage"),
        (replied({"error": {"message": "no"}}, 503), FailureKind.SERVER_ERROR, "503: no"),
    ],
)
def test_what_is_no_answer_is_stated(reply: Reply, kind: FailureKind, said: str) -> None:
    failure = response_answered(reply)
    assert failure is not None
    assert (failure.kind, said in failure.message) == (kind, True)


def test_a_stream_passes_with_names_and_without_done() -> None:
    reply = stream(RESPONSES)
    assert response_streamed(reply) is None
    assert response_streamed(Reply(200, {}, reply.body.removesuffix(b"data: [DONE]\n\n"))) is None


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (
            lambda chunks: chunks.pop(0),
            FailureKind.MALFORMED,
            "begins with response.in_progress, no response.created",
        ),
        (lambda chunks: chunks.pop(), FailureKind.STREAM_CUT, "unfinished"),
        (lambda chunks: chunks.pop(5), FailureKind.MALFORMED, "the 1 pieces of text are not the text"),
        (lambda chunks: chunks.clear(), FailureKind.STREAM_CUT, "unfinished"),
        (
            lambda chunks: chunks.__setitem__(slice(5, None), [FAILED]),
            FailureKind.STREAM_CUT,
            "error event in the stream: boom",
        ),
        (
            lambda chunks: chunks.__setitem__(3, {"error": {"message": "boom", "code": "500"}}),
            FailureKind.STREAM_CUT,
            "error event in the shape of another API: boom",
        ),
        (lambda chunks: chunks.append({"type": "error", "message": "gone"}), FailureKind.STREAM_CUT, "stream: gone"),
        (lambda chunks: chunks[-1]["response"].pop("usage"), FailureKind.MALFORMED, "without usage"),
        (lambda chunks: chunks[-1]["response"].update(output=[]), FailureKind.EMPTY, "empty content"),
    ],
)
def test_a_stream_that_breaks_the_grammar_is_stated(change: CHANGE, kind: FailureKind, said: str) -> None:
    failure = response_streamed(stream(RESPONSES, change))
    assert failure is not None
    assert failure.kind is kind
    assert said in failure.message
