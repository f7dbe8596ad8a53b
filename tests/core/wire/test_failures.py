"""Kinds of failure, messages that may be shown, and messages that count as one."""

import json
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.wire.failures import (
    MESSAGE_LIMIT,
    Failure,
    FailureKind,
    fingerprint,
    kind_of_status,
    presentable,
    redact,
    without,
)
from tests.core.examples import KEY

CLIENT_CLOSED = (
    "500: litellm.InternalServerError: InternalServerError: OpenAIException - "
    "Cannot send a request, as the client has been closed."
)


@pytest.mark.parametrize(
    ("statuses", "kind"),
    [
        ((401, 403), FailureKind.AUTH),
        ((408,), FailureKind.TIMEOUT),
        ((429,), FailureKind.RATE_LIMITED),
        ((500, 502, 503, 504, 529, 599), FailureKind.SERVER_ERROR),
        ((400, 402, 404, 405, 409, 413, 422), FailureKind.BAD_REQUEST),
        ((201, 204, 301, 307, 308), FailureKind.MALFORMED),
    ],
)
def test_a_status_tells_the_kind(statuses: tuple[int, ...], kind: FailureKind) -> None:
    assert {kind_of_status(status) for status in statuses} == {kind}


def test_another_try_is_worth_it_only_where_the_fault_may_pass() -> None:
    assert {kind for kind in FailureKind if kind.is_transient} == {
        FailureKind.TIMEOUT,
        FailureKind.CONNECTION,
        FailureKind.STALE_CONNECTION,
        FailureKind.RATE_LIMITED,
        FailureKind.SERVER_ERROR,
    }


def test_what_our_connection_our_bound_a_model_or_a_cache_did_proves_nothing() -> None:
    assert [kind.value for kind in FailureKind if kind.proves_nothing] == [
        "stale_connection",
        "truncated",
        "refusal",
        "cached",
    ]


def test_a_failure_reads_as_its_kind_and_message() -> None:
    assert str(Failure(FailureKind.EMPTY, "nothing")) == "empty: nothing"


SECRETS = (
    "sk-proj-AbCdEf0123456789",
    "sk-ant-api03-AbCdEf-0123456789",
    "gsk_AbCdEf0123456789",
    "hf_AbCdEfGhIjKlMnOp",
    "xai-AbCdEf0123456789",
    "AIzaSyA0123456789abcdefghijklmnopqrstu",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "https://hooks.slack.com/services/T000/B000/XXXXXXXX",
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "key {} is wrong", "'{}'", '{{"k": "{}"}}', "={},"])
def test_what_has_the_shape_of_a_key_is_not_shown(secret: str, around: str) -> None:
    shown = presentable(around.format(secret))
    assert secret[4:] not in shown
    assert "[key]" in shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"Incorrect API key provided: {KEY}.", "Incorrect [key]"),
        (f"Authorization: Bearer {KEY}", "Authorization: Bearer [key]"),
        ("authorization: BEARER  dG9rZW4tb2YtdXM=", "authorization: [key]"),
        ("Basic dXNlcjpwYXNzd29yZA==", "[key]"),
        ("Received API Key = sk-...wxyz, Key Hash", "Received [key], Key Hash"),
        ("{'api_key': '0123456789abcdef'}", "{'[key]'}"),
        ("api-key=abcdef0123456789&x=1", "[key]"),
        ("The api_key client option must be set", "The api_key client option must be set"),
        ("risk-averse task-force sk-1", "risk-averse task-force sk-1"),
        (CLIENT_CLOSED, CLIENT_CLOSED),
    ],
)
def test_credentials_are_taken_out_and_words_are_left(said: str, shown: str) -> None:
    assert presentable(said, KEY) == shown


def test_a_key_of_no_known_shape_is_taken_out_all_the_same() -> None:
    assert redact("the key hunter2 is wrong: hunter2", "hunter2") == "the key [key] is wrong: [key]"
    assert without(b'{"error": "hunter2"}', "hunter2") == b'{"error": "[key]"}'


def test_without_a_secret_nothing_is_replaced() -> None:
    assert redact("abc", "") == "abc"
    assert without(b"abc", "") == b"abc"


@pytest.mark.parametrize("key", [KEY, "hunter2-hunter2-hunter2"])
def test_a_key_is_not_cut_in_half_at_the_limit(key: str) -> None:
    for before in range(MESSAGE_LIMIT - 2 * len(key), MESSAGE_LIMIT + 1):
        shown = presentable("x" * before + " " + key + " tail" * 9, key)
        assert key[:4] not in shown
        assert len(shown) <= MESSAGE_LIMIT


def test_a_message_is_one_line_that_every_publisher_can_carry() -> None:
    assert presentable("a\r\n\tb\x00c\x1b[31md\u202ee\ud800f  ") == "a b c [31md e f"


@given(st.text(), st.text(max_size=8))
def test_whatever_was_said_can_be_shown(said: str, secret: str) -> None:
    shown = presentable(said, secret)
    assert len(shown) <= MESSAGE_LIMIT
    assert not shown or shown.isprintable()
    assert json.loads(json.dumps(shown).encode()) == shown
    shown.encode()


def test_ten_thousand_failures_read_as_one_line() -> None:
    random = Random(0)

    def said() -> str:
        ids = [f"{random.getrandbits(128):032x}", str(UUID(int=random.getrandbits(128))), f"{random.random():.17f}"]
        return (
            f"500: litellm.APIError: chatcmpl-{ids[0]} of req_0{ids[0][:20]} at 2025-01-01T{random.randrange(10, 24)}"
            f":00:00.{random.randrange(10**6)}Z, trace {ids[1]}, span {random.getrandbits(64):016x}, object at "
            f"0x{random.getrandbits(48):x}, took {ids[2]} s of {random.randrange(10**6)}ms, {random.random() / 1e7}, "
            f"from 10.0.{random.randrange(256)}.{random.randrange(256)}:{random.randrange(65536)}, "
            f"shard 3f{random.getrandbits(20):05x}a, id 01J{random.getrandbits(60):018X}XYZ"
        )

    assert {fingerprint(said()) for _ in range(10_000)} == {
        "500: litellm.APIError: <id> of <id> at <time>, trace <id>, span <id>, object at <id>, took <n> s of <n>ms, "
        "<n>, from <n>, shard <id>, id <id>"
    }


def test_numbers_before_the_cut_split_no_fingerprint() -> None:
    tail = "the deployment in this group has answered too many requests, and another one is not known to us " * 4
    kept = {presentable(f"429: attempt {10**digits} failed: {tail}") for digits in range(8)}
    assert len(kept) == 8
    assert len({fingerprint(message) for message in kept}) == 1


@pytest.mark.parametrize(
    "message",
    [
        "404: The model `gpt-4o-mini` does not exist",
        "400: gpt-3.5-turbo-16k, claude-3-5-sonnet-20241022 and text-embedding-ada-002 are gone",
        "500: azure/gpt-4-0125-preview failed on litellm v1.81.3",
        CLIENT_CLOSED,
    ],
)
def test_names_of_models_and_words_stay(message: str) -> None:
    assert fingerprint(message) == message


def test_a_500_and_a_503_are_different_failures() -> None:
    assert fingerprint("500: failed after 3 s") == "500: failed after <n> s"
    assert fingerprint("503: failed after 3 s") == "503: failed after <n> s"


SAID = st.text() | st.lists(
    st.sampled_from(["500: ", "req_", "0x", "-", ".", "e-", "…", "<n>", "<id>", " ", "12", "ab", "4f", "sk-"])
).map("".join)


@given(SAID)
def test_a_fingerprint_of_a_fingerprint_is_the_same(said: str) -> None:
    once = fingerprint(presentable(said))
    assert fingerprint(once) == once


@given(st.text(alphabet="0aAf-_:.…e+ xT", max_size=2000))
def test_any_message_has_a_fingerprint(said: str) -> None:
    assert isinstance(fingerprint(said), str)
