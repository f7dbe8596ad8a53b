"""A Prefect server as it is asked: again where it is too busy or away, and in words where it refuses."""

import json
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from prefect.client.schemas import FlowRun
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from deployments.api import Run
from deployments.command_error import CommandError
from deployments.gate.start import ago
from deployments.retries import ApiError
from tests.prefect_api import prefect_of

ID = "00000000-0000-4000-8000-000000000001"
DEPLOYMENT = {"id": ID, "flow_id": ID, "name": "on-demand"}
RUN = {"id": ID, "flow_id": ID, "name": "able-ape"}


@pytest.mark.parametrize(
    "busy",
    [
        httpx.Response(503, json={"detail": "Service Unavailable"}, headers={"Retry-After": "0"}),
        httpx.Response(429, headers={"Retry-After": "0"}),
        httpx.Response(502, text="<html>Bad Gateway</html>", headers={"Retry-After": "0"}),
        httpx.Response(404, text="404 page not found"),
        httpx.Response(500, json={"exception_message": "Internal Server Error"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("no answer"),
    ],
)
def test_a_server_that_is_busy_or_away_is_asked_again_for_the_same(
    busy: httpx.Response | httpx.TransportError,
) -> None:
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=DEPLOYMENT)
        asked.append(request.content)
        if len(asked) > 2:
            return httpx.Response(201, json=RUN)
        if isinstance(busy, httpx.TransportError):
            raise busy
        return busy

    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
        assert prefect_of(answer).start_run("single-request/on-demand", {"a": 1}, "k").id == ID
    sent = [(body["parameters"], body["idempotency_key"]) for body in map(json.loads, asked)]
    assert sent == [({"a": 1}, "k")] * 3


def test_an_answer_that_never_comes_is_told_without_what_lets_us_in() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    prefect = prefect_of(away, retry_seconds=0)
    with pytest.raises(CommandError, match=r"http://prefect/api does not answer \(ConnectError\)") as told:
        prefect.read_run(ID)
    assert "very-secret" not in f"{told.value}{prefect}"


@pytest.mark.parametrize("status", [404, 409, 422])
def test_a_refusal_is_not_asked_again_and_keeps_the_servers_words(status: int) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["authorization"])
        return httpx.Response(status, json={"detail": "Validation failed for field 'x'."})

    with pytest.raises(ApiError) as refusal:
        prefect_of(answer).read_run(ID)
    assert (refusal.value.status, refusal.value.detail) == (status, "Validation failed for field 'x'.")
    assert asked == ["Basic bWU6dmVyeS1zZWNyZXQ="]


def test_a_page_of_the_ui_is_told_from_an_answer_of_the_api() -> None:
    with pytest.raises(CommandError, match="is not Prefect's API; its address ends with /api"):
        prefect_of(lambda request: httpx.Response(200, text="<!doctype html>")).read_run(str(UUID(int=1)))


def test_when_a_run_ended_is_a_time_of_pythons_own() -> None:
    run = Run.of(FlowRun.model_validate(RUN | {"end_time": "2026-01-02T03:04:05Z"}))
    assert ago(run.ended_at, datetime(2026, 1, 4, tzinfo=UTC)) == "1 day ago"
