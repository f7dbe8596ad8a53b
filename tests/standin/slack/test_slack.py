"""What Slack's webhooks take, what they refuse, and how they fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from litellm_observatory.standin.gateway.serving import serve
from litellm_observatory.standin.slack.app import Slack, Status

Payload = dict[str, Any]


@contextmanager
def channel(status: Status = 200, script: tuple[Status, ...] = ()) -> Iterator[tuple[Slack, httpx.Client]]:
    slack = Slack(status, script)
    with (
        serve(slack) as served,
        httpx.Client(base_url=f"{served.url}/services/T000/B000/", timeout=5, trust_env=False) as client,
    ):
        yield slack, client


@pytest.fixture(scope="module")
def taking() -> Iterator[tuple[Slack, httpx.Client]]:
    with channel() as (slack, client):
        yield slack, client


def mrkdwn(length: int) -> Payload:
    return {"type": "mrkdwn", "text": "x" * length}


def plain(length: int) -> Payload:
    return {"type": "plain_text", "text": "x" * length}


def button(text: int = 5, url: int = 20) -> Payload:
    return {"type": "button", "text": plain(text), "url": "u" * url}


DIVIDER: Payload = {"type": "divider"}
LARGEST: list[Payload] = [
    {"type": "header", "text": plain(150)},
    {"type": "section", "text": mrkdwn(3000), "fields": [mrkdwn(2000)] * 10},
    {"type": "section", "text": mrkdwn(1), "accessory": button()},
    {"type": "context", "elements": [mrkdwn(100)] * 10},
    {"type": "actions", "elements": [button(75, 3000)]},
    {"type": "image", "image_url": "https://example.com/chart.png", "alt_text": "a chart"},
    *[DIVIDER] * 44,
]
TOO_MUCH: dict[str, list[Payload]] = {
    "51 blocks": [DIVIDER] * 51,
    "header of 151": [{"type": "header", "text": plain(151)}],
    "header in markdown": [{"type": "header", "text": mrkdwn(10)}],
    "section of 3001": [{"type": "section", "text": mrkdwn(3001)}],
    "section with empty text": [{"type": "section", "text": mrkdwn(0)}],
    "section with nothing": [{"type": "section"}],
    "section whose text is a string": [{"type": "section", "text": "hi"}],
    "11 fields": [{"type": "section", "fields": [mrkdwn(1)] * 11}],
    "field of 2001": [{"type": "section", "fields": [mrkdwn(2001)]}],
    "button text of 76": [{"type": "actions", "elements": [button(text=76)]}],
    "button url of 3001": [{"type": "actions", "elements": [button(url=3001)]}],
    "11 context elements": [{"type": "context", "elements": [mrkdwn(1)] * 11}],
    "unknown block": [{"type": "banner"}],
}


def test_a_message_as_large_as_can_be_is_taken(taking: tuple[Slack, httpx.Client]) -> None:
    slack, client = taking
    message = {"text": "nightly passed", "blocks": LARGEST}
    answer = client.post("SECRET", json=message)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert slack.messages[-1] == message
    assert client.get("/_standin/messages").status_code == 405
    assert client.get(str(client.base_url.join("/_standin/messages"))).json()[-1] == message


@pytest.mark.parametrize("blocks", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_blocks_beyond_slacks_limits_are_refused(taking: tuple[Slack, httpx.Client], blocks: list[Payload]) -> None:
    slack, client = taking
    before = list(slack.messages)
    answer = client.post("SECRET", json={"text": "hi", "blocks": blocks})
    assert (answer.status_code, answer.text) == (400, "invalid_blocks")
    assert slack.messages == before


@pytest.mark.parametrize("payload", [{}, {"text": ""}, {"blocks": [DIVIDER]}])
def test_a_message_needs_a_text(taking: tuple[Slack, httpx.Client], payload: Payload) -> None:
    answer = taking[1].post("SECRET", json=payload)
    assert (answer.status_code, answer.text) == (400, "no_text")


@pytest.mark.parametrize("content", ["not json", "[]"])
def test_a_body_that_is_no_json_object_is_refused(taking: tuple[Slack, httpx.Client], content: str) -> None:
    answer = taking[1].post("SECRET", content=content)
    assert (answer.status_code, answer.text) == (400, "invalid_payload")


def test_a_script_of_failures_comes_before_the_recovery() -> None:
    with channel(script=(500, 429, 200)) as (slack, client):
        answers = [client.post("SECRET", json={"text": f"try {i}"}) for i in range(4)]
        assert [answer.status_code for answer in answers] == [500, 429, 200, 200]
        assert answers[1].headers["retry-after"] == "1"
        assert slack.posts == 4
        assert [message["text"] for message in slack.messages] == ["try 2", "try 3"]


def test_a_webhook_can_be_down_for_good() -> None:
    with channel(404) as (slack, client):
        assert [client.post("SECRET", json={"text": "hi"}).status_code for _ in range(2)] == [404, 404]
        assert (slack.posts, slack.messages) == (2, [])


def test_a_hanging_webhook_never_answers() -> None:
    with channel(script=("hang",)) as (slack, client):
        with pytest.raises(httpx.ReadTimeout):
            client.post("SECRET", json={"text": "hi"}, timeout=httpx.Timeout(5, read=0.1))
        assert client.post("SECRET", json={"text": "hi"}).text == "ok"
        assert slack.posts == 2
