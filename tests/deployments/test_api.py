"""The REST API as it is asked: again where the server is too busy or away, and in words where it refuses."""

import json
from collections.abc import Callable
from itertools import pairwise

import httpx
import pytest

from deployments.api import Prefect, Refusal, Unanswered
from deployments.command_error import CommandError
from deployments.patience import LEAST_TRIES, Patience

Answer = Callable[[httpx.Request], httpx.Response]


def rests(seconds: float) -> None:
    """A time that passes at once."""


def prefect(answer: Answer, patience: Patience | None = None) -> Prefect:
    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Prefect("http://prefect/api", "me:very-secret", patience or Patience(rest=rests), http)


@pytest.mark.parametrize(
    "busy",
    [
        httpx.Response(503, json={"detail": "Service Unavailable"}),
        httpx.Response(429),
        httpx.Response(502, text="<html>Bad Gateway</html>"),
        httpx.Response(404, text="404 page not found"),
        httpx.Response(500, json={"exception_message": "Internal Server Error"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("no answer"),
    ],
)
def test_a_server_that_is_busy_or_away_is_asked_again(busy: httpx.Response | httpx.TransportError) -> None:
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        if len(asked) > 2:
            return httpx.Response(200, json={"id": "1"})
        if isinstance(busy, httpx.TransportError):
            raise busy
        return busy

    assert prefect(answer).ask("POST", "/x", {"idempotency_key": "k"}) == {"id": "1"}
    assert asked == [asked[0]] * 3
    assert json.loads(asked[0]) == {"idempotency_key": "k"}


def test_waits_grow_and_are_not_the_same_for_all() -> None:
    def waits() -> list[float]:
        waited: list[float] = []
        assert len(list(Patience(rest=waited.append).tries())) == LEAST_TRIES
        return waited

    first, second = waits(), waits()
    assert first != second
    assert all(later > earlier for earlier, later in pairwise(first))
    assert 4 < sum(first) < 8


def test_an_answer_that_never_comes_is_told_without_what_lets_us_in() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Unanswered, match=r"http://prefect/api does not answer \(ConnectError\)") as told:
        prefect(away).ask("GET", "/health")
    assert "very-secret" not in f"{told.value}{prefect(away)}"


def test_a_refusal_is_not_asked_again_and_keeps_the_servers_words() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["authorization"])
        return httpx.Response(409, json={"detail": "Validation failed for field 'x'."})

    with pytest.raises(Refusal) as refusal:
        prefect(answer).ask("GET", "/x")
    assert (refusal.value.status, refusal.value.detail) == (409, "Validation failed for field 'x'.")
    assert asked == ["Basic bWU6dmVyeS1zZWNyZXQ="]


def test_a_page_of_the_ui_is_told_from_an_answer_of_the_api() -> None:
    with pytest.raises(CommandError, match="is not Prefect's API; its address ends with /api"):
        prefect(lambda request: httpx.Response(200, text="<!doctype html>")).ask("GET", "/x")
