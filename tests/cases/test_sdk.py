"""What the official clients make of an answer, where that differs from what they raise."""

import json

from litellm_observatory.core.wire.checks.sdk import MOST_BYTES, reads_as_users_do
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.standin.gateway.responses import RESPONSES
from tests.core.wire.checks.examples import asked

STREAMED = reads_as_users_do("/v1/responses", streamed=True)


def streamed(*, other_ids: bool = False, without: str = "") -> Reply:
    """A streamed response of the stand-in, each event with an id of its own, or without one kind of event."""
    chunks = [chunk for chunk in RESPONSES.chunks(asked(stream=True), "hello") if chunk["type"] != without]
    for number, chunk in enumerate(chunks):
        if other_ids and "response" in chunk:
            chunk["response"] = chunk["response"] | {"id": f"resp_{number}"}
    return Reply(200, {"content-type": "text/event-stream"}, _events(chunks))


def _events(chunks: list[dict[str, object]]) -> bytes:
    return "".join(f"event: {chunk['type']}\ndata: {json.dumps(chunk)}\n\n" for chunk in chunks).encode()


def test_a_response_is_read_whatever_ids_its_events_give_it() -> None:
    assert STREAMED(streamed()) is None
    assert STREAMED(streamed(other_ids=True)) is None


def test_text_of_a_part_that_was_never_announced_is_lost_to_the_client() -> None:
    failure = STREAMED(streamed(without="response.content_part.added"))
    assert failure
    assert "the openai client cannot read it" in failure.message


def test_an_answer_too_large_for_a_clients_parser_is_left_to_the_other_checks() -> None:
    assert STREAMED(Reply(200, {}, b"x" * (MOST_BYTES + 1))) is None
