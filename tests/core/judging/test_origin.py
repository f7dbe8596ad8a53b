"""Where failures come from: measured on a corpus of messages, each labelled and with its source (origins.csv).

A source is a page of documentation, a function of LiteLLM, or the issue in which a user pasted the message; "public
code" is found by exact search in an index that names no repository. Where an issue tells no status, the one before
its message is that of LiteLLM's class. All labels are by one who knew the rule; but for the part that it was built
with, they were given before the rule read the message.
"""

from collections import Counter

import pytest

from litellm_observatory.core.judging.origin import Origin, origin
from litellm_observatory.core.wire.failures import Failure, FailureKind, fingerprint, presentable
from tests.bench.corpus import FIRST_READ, HELD_OUT, corpus_tables, messages, share

LEAST_RIGHT = 0.97
LEAST_MESSAGES, LEAST_HELD_OUT, LEAST_PROVIDERS = 500, 60, 12

CORPUS = messages()
KNOWN = [message for message in CORPUS if message.part != HELD_OUT]
NEW = [message for message in CORPUS if message.part == HELD_OUT]
OURS = [message.text for message in CORPUS if message.origin is not Origin.PROVIDER]
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
    assert len({message.text for message in CORPUS}) == len(CORPUS) >= LEAST_MESSAGES
    assert len(NEW) >= LEAST_HELD_OUT
    for part in (KNOWN, NEW):
        assert len({message.provider for message in part} - {""}) >= LEAST_PROVIDERS
    assert {message.part for message in CORPUS} == {"built", *FIRST_READ}
    for message in CORPUS:
        assert message.source
        assert (message.origin is Origin.PROVIDER) is bool(message.provider)
        assert message.text == presentable(message.text)


def test_origins_are_right_and_no_provider_is_blamed_by_mistake() -> None:
    assert [message.text for message in CORPUS if message.unfair] == []
    wrong = [(message.text, message.found) for message in CORPUS if not message.right]
    assert share(CORPUS) >= LEAST_RIGHT, wrong


def test_what_is_held_out_is_read_as_it_was_at_first() -> None:
    print(corpus_tables(CORPUS))
    right = Counter(message.part for message in CORPUS if message.right)
    assert right[HELD_OUT] == FIRST_READ[HELD_OUT], "a message that the rule was mended by is held out no more"
    assert all(right[part] >= first for part, first in FIRST_READ.items())


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
    message = next(message.text for message in CORPUS if message.provider == "azure")
    assert found(fingerprint(message)) is Origin.PROVIDER
    assert found(presentable(message + "x" * 500)) is Origin.PROVIDER
