"""How a reply is read: JSON, server-sent events, and the words of an error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.wire.checks.chat import chat_answered
from litellm_observatory.core.wire.reply import Reply
from tests.core.examples import completion, replied


@pytest.mark.parametrize(
    ("text", "events"),
    [
        pytest.param("data: a\n\ndata: b\n\n", ("a", "b"), id="line feeds"),
        pytest.param("data: a\r\n\r\ndata: b\r\n\r\n", ("a", "b"), id="carriage returns and line feeds"),
        pytest.param("data: a\r\rdata: b\r\r", ("a", "b"), id="carriage returns"),
        pytest.param("data:a\n\ndata:  b\n\n", ("a", " b"), id="one blank after the colon is no data"),
        pytest.param(": keep-alive\n\ndata: a\n: note\n\n", ("a",), id="comments"),
        pytest.param("event: x\nid: 1\nretry: 5\ndata: a\n\n", ("a",), id="other fields"),
        pytest.param('data: {"a":\ndata: 1}\n\n', ('{"a":\n1}',), id="data over two lines"),
        pytest.param("\n\n\ndata: a\n\n\n\n", ("a",), id="more blank lines than needed"),
        pytest.param("data: a\n\ndata: b\n", ("a",), id="an event that is not ended"),
        pytest.param("data: a\n\ndata: b", ("a",), id="a line that is not ended"),
        pytest.param("data: a\u2028b\n\n", ("a\u2028b",), id="a line separator inside text is no line break"),
        pytest.param("database: a\n\n", (), id="a field that only begins like data"),
        pytest.param("\ufeffdata: a\n\n", ("a",), id="a byte order mark"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_events_are_read_as_browsers_read_them(text: str, events: tuple[str, ...]) -> None:
    assert tuple(event.data for event in replied(text.encode()).events) == events


def test_chunks_are_the_events_but_for_the_terminator() -> None:
    assert replied(b'data: {"a": 1}\n\ndata: oops\n\ndata: [DONE]\n\n').chunks == ({"a": 1}, None)


def test_a_byte_order_mark_spoils_no_answer() -> None:
    assert chat_answered(replied(b"\xef\xbb\xbf" + json.dumps(completion()).encode())) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "wrong", "code": "400"}}, "wrong"),
        ({"error": "wrong"}, "wrong"),
        ({"error": {"message": ["a", 1]}}, '["a", 1]'),
        ({"error": {"message": ""}}, '{"error": {"message": ""}}'),
        ({"error": None}, '{"error": null}'),
        ({"detail": "Not Found"}, '{"detail": "Not Found"}'),
        ([1], "[1]"),
        (b"<html>no</html>\n", "<html>no</html>"),
        (b"", ""),
    ],
)
def test_an_error_is_told_in_the_gateways_own_words(body: object, said: str) -> None:
    assert replied(body, 500).error_message == said


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(body: bytes) -> None:
    reply = Reply(200, {}, body)
    assert len(reply.chunks) <= len(reply.events)
    assert isinstance(reply.error_message, str)
    assert reply.json is None or json.dumps(reply.json)
