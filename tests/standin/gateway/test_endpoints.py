"""The endpoints beside chat, as a plain client sees them, and the faults that only they have."""

import json
import time

import httpx
import pytest

from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.standin.gateway.conftest import Ask

ASKED = {"model": "gpt-a", "input": "hi", "messages": [], "max_tokens": 16}
TOOL = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"properties": {"city": {"enum": ["Paris"]}}}},
}


def types(answer: httpx.Response) -> list[str]:
    """The types of a stream's events."""
    data = [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: {")]
    return [json.loads(text)["type"] for text in data]


def stream(client: httpx.Client, path: str) -> httpx.Response:
    return client.post(path, json=ASKED | {"stream": True})


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [("/v1/responses", "response.created", "response.completed"), ("/v1/messages", "message_start", "message_stop")],
)
def test_streams_begin_and_end_as_litellms_do(
    gateway: Gateway, client: httpx.Client, path: str, first: str, last: str
) -> None:
    answer = stream(client, path)
    assert (types(answer)[0], types(answer)[-1]) == (first, last)
    assert ("event: " in answer.text, "[DONE]" in answer.text) == (path == "/v1/messages", path == "/v1/responses")
    assert answer.headers["x-litellm-overhead-duration-ms"] == "1.5"


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/messages", "/v1/embeddings"])
def test_every_endpoint_asks_for_the_key_a_model_and_its_fields(
    gateway: Gateway, client: httpx.Client, path: str
) -> None:
    assert client.post(path, json=ASKED | {"model": "gpt-z"}).status_code == 400
    assert client.post(path, json={"model": "unlisted-mode"}).status_code == 400
    assert client.post(path, json=ASKED, headers={"Authorization": "Bearer sk-other"}).status_code == 400


def test_a_lost_chunk_is_the_one_at_its_position(gateway: Gateway, client: httpx.Client) -> None:
    clean = types(stream(client, "/v1/messages"))
    for position in (0, 2, -1):
        gateway.arm([Fault(FaultKind.LOST_CHUNK, position=position)])
        left = list(clean)
        del left[position]
        assert types(stream(client, "/v1/messages")) == left


def test_a_buffered_stream_comes_at_once_when_it_would_have_ended(
    gateway: Gateway, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "chunk_seconds", 0.05)
    for faults, least, most in (([], 0.0, 0.2), ([Fault(FaultKind.BUFFERED)], 0.3, 2.0)):
        gateway.arm(faults)
        sent = time.monotonic()
        with client.stream("POST", "/v1/messages", json=ASKED | {"stream": True}) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "event: message_start"
            assert least <= time.monotonic() - sent < most
            assert "message_stop" in list(lines)[-2]


def test_a_stalled_stream_goes_silent_after_its_half(gateway: Gateway, client: httpx.Client) -> None:
    gateway.arm([Fault(FaultKind.STALLED)])
    client.timeout = httpx.Timeout(5, read=0.2)
    with client.stream("POST", "/v1/messages", json=ASKED | {"stream": True}) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: message_start"
        with pytest.raises(httpx.ReadTimeout):
            list(lines)


def test_a_tool_that_is_offered_is_called_and_its_pieces_make_up_the_call(ask: Ask) -> None:
    whole = ask(tools=[TOOL]).json()["choices"][0]
    assert whole["finish_reason"] == "tool_calls"
    (call,) = whole["message"]["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("weather", {"city": "Paris"})
    text = ask(tools=[TOOL], stream=True).text
    chunks = [json.loads(event.removeprefix("data: ")) for event in text.split("\n\n") if event.startswith("data: {")]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"][0]["delta"].get("tool_calls")]
    assert "".join(d["tool_calls"][0]["function"]["arguments"] for d in deltas) == call["function"]["arguments"]


def test_a_disabled_route_is_unknown_to_the_framework(gateway: Gateway, client: httpx.Client) -> None:
    gateway.arm([Fault(FaultKind.DISABLED, path="/v1/responses")])
    answer = client.post("/v1/responses", json=ASKED)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})
    assert client.post("/v1/messages", json=ASKED).status_code == 200


def test_metrics_are_where_litellm_has_them(gateway: Gateway, client: httpx.Client) -> None:
    assert client.get("/metrics").status_code == 307
    assert client.get("/metrics/").text.startswith("# TYPE ")


def test_memory_grows_with_a_leak_and_with_nothing_else(gateway: Gateway, client: httpx.Client) -> None:
    def used() -> float:
        return float(client.get("/debug/memory/summary").json()["memory"]["ram_usage_mb"])

    assert used() == used() == 400.0
    gateway.arm([Fault(FaultKind.LEAK, megabytes_per_second=1000.0)])
    assert used() > 400.0


def test_each_worker_tells_its_own_memory_in_turn(gateway: Gateway, client: httpx.Client) -> None:
    def told() -> list[tuple[int, str, bool]]:
        answers = [client.get("/debug/memory/summary").json() for _ in range(4)]
        return sorted(
            (said["worker_pid"], said["hostname"], said["memory"]["ram_usage_mb"] > 400) for said in answers
        )

    leak = Fault(FaultKind.LEAK, megabytes_per_second=1000.0, worker=1)
    gateway.arm([leak, Fault(FaultKind.WORKERS, workers=2)])
    assert told() == [(100, "standin", False)] * 2 + [(101, "standin", True)] * 2
    gateway.arm([Fault(FaultKind.WORKERS, workers=2), Fault(FaultKind.RESTARTED)])
    assert {pid for pid, _, _ in told()} == {200, 201}


def test_an_older_gateway_does_not_name_its_workers(gateway: Gateway, client: httpx.Client) -> None:
    gateway.arm([Fault(FaultKind.UNNAMED)])
    assert set(client.get("/debug/memory/summary").json()) == {"status", "memory"}
