"""Embeddings: vectors that can be searched, and everything that only looks like one."""

import base64
import math
import struct

import pytest

from litellm_observatory.core.wire.checks.embeddings import embedded_as_base64, embedded_as_floats, vector_length
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.standin.gateway.embeddings import VECTOR, embeddings
from tests.core.examples import replied
from tests.core.wire.checks.examples import asked

FLOATS = embeddings(asked(), VECTOR, as_base64=False)
BASE64 = embeddings(asked(), VECTOR, as_base64=True)


def answered(embedding: object) -> Reply:
    return replied(FLOATS | {"data": [{"embedding": embedding}]})


def test_a_vector_passes_in_the_encoding_that_was_asked_for_and_its_length_is_read() -> None:
    assert embedded_as_floats(replied(FLOATS)) is None
    assert embedded_as_base64(replied(BASE64)) is None
    assert vector_length(replied(FLOATS)) == vector_length(replied(BASE64)) == len(VECTOR)
    assert vector_length(replied({})) is None


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (replied(b"oops"), FailureKind.MALFORMED, "no JSON"),
        (replied({"data": []}), FailureKind.MALFORMED, "200 but no embedding"),
        (replied({"error": {"message": "boom"}}), FailureKind.MALFORMED, "200 but an error: boom"),
        (replied(BASE64), FailureKind.MALFORMED, "asked for a list, got a str"),
        (answered([]), FailureKind.EMPTY, "an empty vector"),
        (answered([0.5, "x"]), FailureKind.MALFORMED, "no list of numbers"),
        (answered([0.5, None]), FailureKind.MALFORMED, "no list of numbers"),
        (answered([0.5, math.nan]), FailureKind.MALFORMED, "not finite"),
        (answered([10**400]), FailureKind.MALFORMED, "no list of numbers"),
        (replied(FLOATS | {"usage": {}}), FailureKind.MALFORMED, "no usage"),
        (replied({"error": {"message": "gone"}}, 500), FailureKind.SERVER_ERROR, "500: gone"),
    ],
)
def test_what_is_no_vector_is_stated(reply: Reply, kind: FailureKind, said: str) -> None:
    failure = embedded_as_floats(reply)
    assert failure is not None
    assert failure.kind is kind
    assert said in failure.message


@pytest.mark.parametrize(
    ("embedding", "said"),
    [
        ([0.5], "asked for a base64 text, got a list"),
        ("!!", "no base64 text of numbers"),
        ("AAA=", "no base64 text of numbers"),
        ("", "an empty vector"),
        (base64.b64encode(struct.pack("<2f", 1.0, math.inf)).decode(), "not finite"),
    ],
)
def test_what_is_no_base64_is_stated(embedding: object, said: str) -> None:
    failure = embedded_as_base64(answered(embedding))
    assert failure is not None
    assert said in failure.message
