"""The Messages API: what a user would call an answer, and everything that only looks like one."""

import pytest

from litellm_observatory.core.wire.checks.messages import message_answered, message_streamed
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.standin.gateway.messages import MESSAGES
from tests.core.examples import replied
from tests.core.wire.checks.examples import CHANGE, asked, events, stream, whole

ERROR = {"type": "error", "error": {"type": "api_error", "message": "boom"}}
PING = {"type": "ping"}


def test_an_answer_passes() -> None:
    assert message_answered(whole(MESSAGES)) is None
    assert message_answered(whole(MESSAGES, content=[{"type": "tool_use", "name": "f", "input": {}}])) is None


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (replied(b""), FailureKind.MALFORMED, "no JSON: an empty body"),
        (replied({"type": "error", "error": {"message": "boom"}}), FailureKind.MALFORMED, "200 but an error: boom"),
        (whole(MESSAGES, type=None), FailureKind.MALFORMED, "200 but no message"),
        (whole(MESSAGES, ""), FailureKind.EMPTY, "empty content (finish_reason end_turn)"),
        (whole(MESSAGES, None), FailureKind.EMPTY, "empty content"),  # what LiteLLM makes of a failed response
        (whole(MESSAGES, "", stop_reason="max_tokens"), FailureKind.EMPTY, "may need more max_tokens"),
        (whole(MESSAGES, stop_reason=None), FailureKind.MALFORMED, "no stop_reason"),
        (whole(MESSAGES, usage=None), FailureKind.MALFORMED, "no usage"),
        (replied(ERROR, 529), FailureKind.SERVER_ERROR, "529: boom"),
    ],
)
def test_what_is_no_answer_is_stated(reply: Reply, kind: FailureKind, said: str) -> None:
    failure = message_answered(reply)
    assert failure is not None
    assert failure.kind is kind
    assert said in failure.message


def test_a_stream_passes_and_pings_do_not_matter() -> None:
    assert message_streamed(stream(MESSAGES)) is None
    assert message_streamed(stream(MESSAGES, lambda chunks: chunks.insert(0, PING))) is None


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (lambda chunks: chunks.pop(0), FailureKind.MALFORMED, "begins with content_block_start, no message_start"),
        (lambda chunks: chunks.pop(), FailureKind.STREAM_CUT, "unfinished"),
        (lambda chunks: chunks.pop(1), FailureKind.MALFORMED, "content_block_delta came for a block that was not"),
        (lambda chunks: chunks.pop(4), FailureKind.MALFORMED, "a block of content was never closed"),
        (lambda chunks: chunks.pop(5), FailureKind.MALFORMED, "without a stop_reason"),
        (lambda chunks: chunks[5].pop("usage"), FailureKind.MALFORMED, "without usage"),
        (lambda chunks: chunks.__delitem__(slice(1, 5)), FailureKind.EMPTY, "empty content (finish_reason end_turn)"),
        (lambda chunks: chunks.__setitem__(3, ERROR), FailureKind.STREAM_CUT, "error event in the stream: boom"),
        (lambda chunks: chunks.clear(), FailureKind.MALFORMED, "no event"),
    ],
)
def test_a_stream_that_breaks_the_grammar_is_stated(change: CHANGE, kind: FailureKind, said: str) -> None:
    failure = message_streamed(stream(MESSAGES, change))
    assert failure is not None
    assert failure.kind is kind
    assert said in failure.message


def test_events_without_their_names_are_dropped_by_anthropics_clients() -> None:
    chunks = MESSAGES.chunks(asked(stream=True), "hello")
    failure = message_streamed(events(MESSAGES, chunks, names=[""] * len(chunks)))
    assert failure is not None
    assert failure.message == "an event message_start is named ''"
