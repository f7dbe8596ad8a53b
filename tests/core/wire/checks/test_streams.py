"""Whether a long stream flows, and when its chunks came."""

import pytest

from litellm_observatory.core.wire.checks.chat import is_chat_token
from litellm_observatory.core.wire.checks.streams import flows
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Arrival, Reply
from tests.core.examples import DELTAS, streamed

FLOWS = flows(is_chat_token)
STREAM = streamed([DELTAS[0]] * 10 + list(DELTAS[2:]))


def arriving(*arrivals: tuple[int, float]) -> Reply:
    """The stream, with so many of its events come so many seconds after the request was sent."""
    sizes = [0, *(event.end for event in STREAM.events)]
    times = tuple(Arrival(sizes[count], seconds) for count, seconds in arrivals)
    return Reply(200, {}, STREAM.body, times[-1].seconds, times)


@pytest.mark.parametrize(
    "reply",
    [
        arriving((1, 0.5), (5, 1.0), (13, 2.0)),
        arriving((1, 18.0), (10, 19.5), (13, 20.0)),  # one that thinks first
        arriving((13, 0.9)),  # too short to tell
        STREAM,  # nobody knows when it came
    ],
)
def test_a_stream_that_flows_passes(reply: Reply) -> None:
    assert FLOWS(reply) is None


@pytest.mark.parametrize("reply", [arriving((13, 20.0)), arriving((1, 19.5), (13, 20.0))])
def test_a_stream_whose_tokens_all_come_at_its_end_is_buffered(reply: Reply) -> None:
    failure = FLOWS(reply)
    assert failure is not None
    assert failure.kind is FailureKind.BUFFERED
    assert failure.message.startswith("a buffered stream: the first of 10 chunks came after ")


def test_a_chunk_has_come_with_the_bytes_that_end_it() -> None:
    assert arriving((1, 0.5), (2, 1.0), (13, 2.0)).chunk_seconds[:4] == (0.5, 1.0, 2.0, 2.0)
    assert STREAM.chunk_seconds == ()


def test_the_sentence_says_how_late() -> None:
    assert FLOWS(arriving((13, 20.0))) == Failure(
        FailureKind.BUFFERED, "a buffered stream: the first of 10 chunks came after 20.0 s of 20.0 s"
    )
