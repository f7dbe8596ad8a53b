"""Where failures come from: measured on a corpus of messages, each labelled and with its source (origins.csv).

The rule and the corpus are of one hand, and the rule was mended by the corpus: what is measured here is no forecast
of the field. A source that is a page of documentation names where such a message is documented; its wording here is
ours.
"""

import csv
from pathlib import Path

import pytest

from suites.judging.origin import Origin, origin
from suites.wire.failures import Failure, FailureKind, fingerprint, presentable

LEAST_RIGHT = 0.97
LEAST_MESSAGES, LEAST_PROVIDERS = 200, 12

with (Path(__file__).parent / "origins.csv").open(newline="") as file:
    CORPUS = list(csv.DictReader(file))
OURS = [row["message"] for row in CORPUS if row["origin"] != Origin.PROVIDER]
PREFIXES = (
    "OpenAIException",
    "AzureException APIError",
    "geminiException",
    "vertex_ai_betaException",
    "AnthropicError",
)


def found(message: str, kind: FailureKind = FailureKind.SERVER_ERROR) -> Origin:
    return origin(Failure(kind, message))


def test_the_corpus_is_large_and_says_where_each_message_comes_from() -> None:
    assert len({row["message"] for row in CORPUS}) == len(CORPUS) >= LEAST_MESSAGES
    assert len({row["provider"] for row in CORPUS} - {""}) >= LEAST_PROVIDERS
    for row in CORPUS:
        assert row["source"]
        assert row["origin"] in list(Origin)
        assert (row["origin"] == Origin.PROVIDER) is bool(row["provider"])
        assert row["message"] == presentable(row["message"])


def test_origins_are_right_in_the_corpus() -> None:
    wrong = [(row["message"], found(row["message"])) for row in CORPUS if found(row["message"]) != row["origin"]]
    assert 1 - len(wrong) / len(CORPUS) >= LEAST_RIGHT, wrong


@pytest.mark.parametrize("prefix", PREFIXES)
def test_whatever_stands_before_it_nothing_of_the_gateway_or_the_network_is_taken_for_a_providers(
    prefix: str,
) -> None:
    assert [message for message in OURS if found(message) is Origin.PROVIDER] == []
    spoken = [message.rpartition(" - ")[2] for message in OURS if " - " in message]
    relayed = [f"500: litellm.APIConnectionError: {prefix} - {words}" for words in spoken if words]
    assert len(relayed) > 50
    assert [message for message in relayed if found(message) is Origin.PROVIDER] == []


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        (FailureKind.CONNECTION, "could not connect: Connection refused", Origin.GATEWAY),
        (FailureKind.TIMEOUT, "no answer within 60 s", Origin.UNKNOWN),
        (FailureKind.TIMEOUT, "408: litellm.Timeout: Timeout Error", Origin.UNKNOWN),
        (
            FailureKind.STREAM_CUT,
            "error event in the stream: litellm.APIConnectionError: APIConnectionError: OpenAIException - "
            "Timeout on reading data from socket",
            Origin.UNKNOWN,
        ),
        (
            FailureKind.SERVER_ERROR,
            "500: litellm.APIError: APIError: OpenrouterException - __init__() got an unexpected keyword argument "
            "'proxies'",
            Origin.GATEWAY,
        ),
        (
            FailureKind.SERVER_ERROR,
            '500: litellm.APIConnectionError: BedrockException - Error processing={"content":[]}, '
            "Received error=list index out of range",
            Origin.GATEWAY,
        ),
        (
            FailureKind.SERVER_ERROR,
            "500: litellm.InternalServerError: litellm.InternalServerError: geminiException - "
            '{ "error": { "code": 503, "message": "The model is overloaded. Please try again later.", '
            '"status": "UNAVAILABLE" } } . Received Model Group=m',
            Origin.PROVIDER,
        ),
        (
            FailureKind.RATE_LIMITED,
            'litellm.RateLimitError: BedrockException - {"message":"ThrottlingException"}',
            Origin.UNKNOWN,  # no status of an upstream, and no stream: nobody passed this on
        ),
    ],
)
def test_an_origin_rests_on_evidence(kind: FailureKind, message: str, expected: Origin) -> None:
    assert found(message, kind) is expected


def test_a_message_folded_or_cut_is_still_read() -> None:
    message = next(row["message"] for row in CORPUS if row["provider"] == "azure")
    assert found(fingerprint(message)) is Origin.PROVIDER
    assert found(presentable(message + "x" * 500)) is Origin.PROVIDER
