"""Each kind of fault, as a plain client sees it."""

import json
import time

import httpx
import pytest

from litellm_observatory.standin.gateway.answers import HUGE_BYTES
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import CLIENT_CLOSED, Fault, FaultKind
from tests.standin.gateway.conftest import KEY, Ask


def test_status_answers_with_litellms_error(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.STATUS, message=CLIENT_CLOSED)])
    answer = ask()
    assert answer.status_code == 500
    error = {"message": CLIENT_CLOSED, "type": "internal_server_error", "param": None, "code": "500"}
    assert answer.json() == {"error": error}
    assert {name for name in answer.headers if name.startswith("x-litellm-")} == {
        "x-litellm-call-id",
        "x-litellm-timeout",
        "x-litellm-response-cost",
        "x-litellm-key-spend",
    }


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "throttling_error"),
        (408, "invalid_request_error"),
        (401, "auth_error"),
        (503, "internal_server_error"),
    ],
)
def test_the_error_type_follows_from_the_status(gateway: Gateway, ask: Ask, status: int, kind: str) -> None:
    gateway.arm([Fault(FaultKind.STATUS, status=status)])
    answer = ask(stream=True)
    assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)


def test_hang_sends_nothing_and_harms_nobody_else(gateway: Gateway, client: httpx.Client, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.HANG, models=("gpt-a",))])
    client.timeout = httpx.Timeout(5, read=0.1)
    with pytest.raises(httpx.ReadTimeout):
        ask("gpt-a")
    assert ask("gpt-b").status_code == 200


def test_slow_is_the_clean_answer_late(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.SLOW, seconds=0.1)])
    sent = time.monotonic()
    answer = ask()
    assert time.monotonic() - sent >= 0.1
    assert answer.json()["choices"][0]["message"]["content"] == "hello"
    assert float(answer.headers["x-litellm-response-duration-ms"]) >= 100


def test_malformed_is_a_200_with_a_web_page(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.MALFORMED)])
    answer = ask()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")


def test_empty_is_a_200_that_says_nothing(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.EMPTY)])
    assert ask().json()["choices"][0] == {
        "finish_reason": "stop",
        "index": 0,
        "message": {"content": "", "role": "assistant"},
    }
    stream = ask(stream=True).text
    assert '"content": "' in stream
    assert stream.count('"content": ""') == stream.count('"content": "')
    assert stream.endswith("data: [DONE]\n\n")


def test_no_choices_is_a_200_with_an_empty_list(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.NO_CHOICES)])
    assert ask().json()["choices"] == []
    first, done = ask(stream=True).text.strip().split("\n\n")
    assert json.loads(first.removeprefix("data: "))["choices"] == []
    assert done == "data: [DONE]"


def test_a_cut_stream_ends_in_an_error_event(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.CUT_STREAM, message="upstream went away")])
    answer = ask(stream=True)
    chunk, error = [json.loads(event.removeprefix("data: ")) for event in answer.text.strip().split("\n\n")]
    assert answer.status_code == 200
    assert chunk["choices"][0]["delta"]["content"] == "hel"
    assert error["error"]["message"] == "upstream went away"


def test_a_cut_body_is_shorter_than_announced(gateway: Gateway, client: httpx.Client) -> None:
    gateway.arm([Fault(FaultKind.CUT_STREAM)])
    body = {"model": "gpt-a", "messages": []}
    with client.stream("POST", "/v1/chat/completions", json=body) as answer:
        pieces = answer.iter_raw()
        start = next(pieces)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            list(pieces)
    assert answer.status_code == 200
    assert 0 < len(start) < int(answer.headers["content-length"])


def test_drop_closes_the_connection_without_a_byte(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.DROP, count=1)])
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        ask()
    assert ask().status_code == 200


@pytest.mark.parametrize("stream", [False, True])
def test_huge_is_ten_megabytes_of_a_right_answer(gateway: Gateway, ask: Ask, stream: bool) -> None:
    gateway.arm([Fault(FaultKind.HUGE)])
    answer = ask(stream=stream)
    assert (answer.status_code, len(answer.content) > HUGE_BYTES) == (200, True)
    assert answer.text.count("x" * (HUGE_BYTES // 2)) == 2


def test_rescued_is_clean_but_for_the_retries_it_took(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.RESCUED)])
    answer = ask()
    assert answer.json()["choices"][0]["message"]["content"] == "hello"
    assert answer.headers["x-litellm-attempted-retries"] == "2"


def test_echo_key_puts_the_key_into_the_error(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.ECHO_KEY, status=401)])
    answer = ask()
    assert answer.status_code == 401
    assert f"Bearer {KEY}" in answer.json()["error"]["message"]


def test_a_redeployment_changes_the_version_and_nothing_else(
    gateway: Gateway, client: httpx.Client, ask: Ask
) -> None:
    gateway.arm([Fault(FaultKind.REDEPLOYED, first=1)])
    before, after = ask(), ask()
    assert before.headers["x-litellm-version"] == "1.80.0-standin"
    assert after.headers["x-litellm-version"] == "1.80.0-standin-redeployed"
    assert after.json()["choices"] == before.json()["choices"]
    details = client.get("/health/readiness/details").json()
    assert details["litellm_version"] == "1.80.0-standin-redeployed"


def test_a_redeployment_hides_no_fault_behind_it(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.REDEPLOYED), Fault(FaultKind.EMPTY)])
    answer = ask()
    assert answer.headers["x-litellm-version"].endswith("-redeployed")
    assert answer.json()["choices"][0]["message"]["content"] == ""


def test_any_fault_can_be_late(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.STATUS, seconds=0.1)])
    sent = time.monotonic()
    assert ask().status_code == 500
    assert time.monotonic() - sent >= 0.1
