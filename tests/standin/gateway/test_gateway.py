"""The gateway with nothing wrong: formats, keys, the ledger, the control routes."""

import json

import httpx
import pytest

from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind, faults_to_json
from litellm_observatory.standin.gateway.formats import Json
from litellm_observatory.standin.gateway.serving import serve
from tests.standin.gateway.conftest import Ask


def events(answer: httpx.Response) -> list[str]:
    return [event.removeprefix("data: ") for event in answer.text.split("\n\n") if event]


def test_a_chat_answer_has_litellms_shape(ask: Ask) -> None:
    body = ask().json()
    assert body.pop("id").startswith("chatcmpl-")
    assert body.pop("created") > 0
    message = {"content": "hello", "role": "assistant"}
    assert body == {
        "model": "gpt-a",
        "object": "chat.completion",
        "choices": [{"finish_reason": "stop", "index": 0, "message": message}],
        "usage": {"completion_tokens": 20, "prompt_tokens": 10, "total_tokens": 30},
    }


def test_a_chat_answer_carries_litellms_headers(gateway: Gateway, ask: Ask) -> None:
    headers = {name: value for name, value in ask().headers.items() if name.startswith("x-litellm-")}
    assert headers.pop("x-litellm-call-id")
    assert float(headers.pop("x-litellm-response-duration-ms")) > 0
    assert headers == {
        "x-litellm-model-id": gateway.models["gpt-a"].id,
        "x-litellm-model-api-base": "https://provider.example/v1",
        "x-litellm-model-group": "gpt-a",
        "x-litellm-version": "1.80.0-standin",
        "x-litellm-response-cost": "1.35e-05",
        "x-litellm-overhead-duration-ms": "1.5",
        "x-litellm-attempted-retries": "0",
        "x-litellm-attempted-fallbacks": "0",
    }


def test_a_stream_ends_with_the_finish_the_usage_and_the_terminator(ask: Ask) -> None:
    answer = ask(stream=True, stream_options={"include_usage": True})
    *data, done = events(answer)
    chunks = [json.loads(event) for event in data]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-litellm-model-group"] == "gpt-a"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert [chunk["choices"] for chunk in chunks] == [
        [{"index": 0, "delta": {"role": "assistant", "content": "hel"}}],
        [{"index": 0, "delta": {"content": "lo"}}],
        [{"index": 0, "delta": {}, "finish_reason": "stop"}],
        [{"index": 0, "delta": {}}],
    ]
    assert [chunk.get("usage", {}).get("total_tokens") for chunk in chunks] == [None, None, None, 30]
    assert done == "[DONE]"


def test_a_stream_says_no_usage_unless_asked(ask: Ask) -> None:
    assert "usage" not in ask(stream=True).text


def test_a_missing_key_is_told_apart_from_a_wrong_one(gateway: Gateway, client: httpx.Client) -> None:
    wrong = client.get("/v1/models", headers={"Authorization": "Bearer sk-other"})
    assert (wrong.status_code, wrong.json()["error"]) == (
        400,
        {"message": "No connected db.", "type": "no_db_connection", "param": None, "code": "400"},
    )
    missing = httpx.get(client.base_url.join("/v1/models"), trust_env=False)
    assert (missing.status_code, missing.json()["error"]["type"]) == (401, "auth_error")
    assert missing.json()["error"]["message"] == "Authentication Error, No api key passed in."


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/model/info"])
def test_every_route_of_the_api_asks_for_the_key(gateway: Gateway, client: httpx.Client, path: str) -> None:
    method = "POST" if "chat" in path else "GET"
    del client.headers["Authorization"]
    assert client.request(method, path, json={"model": "gpt-a"}).status_code == 401


def test_probes_need_no_key_and_details_do(gateway: Gateway, client: httpx.Client) -> None:
    assert client.get("/health/readiness/details").json()["litellm_version"] == "1.80.0-standin"
    del client.headers["Authorization"]
    assert client.get("/health/liveliness").status_code == 200
    assert client.get("/health/readiness").json() == {"status": "healthy", "db": "Not connected"}
    assert client.get("/health/readiness/details").status_code == 401


def test_models_are_listed_with_their_modes(gateway: Gateway, client: httpx.Client) -> None:
    listed = client.get("/v1/models").json()
    assert listed["object"] == "list"
    assert {model["id"]: model.get("mode", "absent") for model in listed["data"]} == {
        "gpt-a": "chat",
        "gpt-b": "chat",
        "embed": "embedding",
        "unlisted-mode": "absent",
    }
    info: list[Json] = client.get("/model/info").json()["data"]
    assert info[0] == {
        "model_name": "gpt-a",
        "litellm_params": {"model": "openai/gpt-a"},
        "model_info": {
            "id": gateway.models["gpt-a"].id,
            "mode": "chat",
            "input_cost_per_token": None,
            "output_cost_per_token": None,
            "supports_reasoning": None,
        },
    }


@pytest.mark.parametrize("model", ["gpt-z", "embed"])
def test_a_model_that_cannot_chat_is_a_bad_request(ask: Ask, model: str) -> None:
    answer = ask(model)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"]) == (400, "invalid_request_error", "400")
    assert model in error["message"]


def test_a_body_that_is_no_json_object_is_a_bad_request(gateway: Gateway, client: httpx.Client) -> None:
    for text in ("not json", "[]"):
        assert client.post("/v1/chat/completions", content=text).status_code == 400


def test_without_a_key_of_its_own_it_lets_everybody_in() -> None:
    with serve(Gateway(["gpt-a"], key=None)) as served, httpx.Client(trust_env=False) as client:
        answer = client.post(f"{served.url}/v1/chat/completions", json={"model": "gpt-a", "messages": []})
    assert answer.status_code == 200


def test_latency_and_version_may_change_while_it_runs(
    gateway: Gateway, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "latency_seconds", 0.05)
    monkeypatch.setattr(gateway, "version", "1.81.3")
    answer = ask()
    assert answer.elapsed.total_seconds() >= 0.05
    assert float(answer.headers["x-litellm-response-duration-ms"]) >= 50
    assert answer.headers["x-litellm-version"] == "1.81.3"


def test_the_ledger_keeps_every_post_in_order(gateway: Gateway, client: httpx.Client, ask: Ask) -> None:
    client.headers["x-request-id"] = "run-1-0"
    ask(num_retries=0, disable_fallbacks=True, max_tokens=5, stream=False)
    del client.headers["x-request-id"]
    client.post("/v1/unknown", json={})
    client.get("/v1/models")
    first, second = client.get("/_standin/received", headers={"Authorization": ""}).json()
    assert 0 <= first.pop("at") <= second.pop("at") <= gateway.elapsed
    assert first == {
        "ordinal": 0,
        "request_id": "run-1-0",
        "path": "/v1/chat/completions",
        "model": "gpt-a",
        "num_retries": 0,
        "disable_fallbacks": True,
        "max_tokens": 5,
        "stream": False,
    }
    assert (second["ordinal"], second["request_id"], second["path"]) == (1, None, "/v1/unknown")
    assert [record.ordinal for record in gateway.received] == [0, 1]


def test_posting_faults_starts_the_schedule_over(gateway: Gateway, client: httpx.Client, ask: Ask) -> None:
    ask()
    text = faults_to_json([Fault(FaultKind.STATUS, models=("gpt-a",), status=503, count=1)])
    armed = client.post("/_standin/faults", content=text, headers={"Authorization": ""})
    assert (armed.status_code, gateway.received) == (200, [])
    assert [ask().status_code for _ in range(2)] == [503, 200]
    assert gateway.received[0].at < 5


def test_a_misspelt_fault_is_refused_by_name(gateway: Gateway, client: httpx.Client, ask: Ask) -> None:
    for text, named in [
        ('[{"kind": "explode"}]', "explode"),
        ('[{"kind": "drop", "rat": 1}]', "rat"),
        ('[{"kind": "slow"}]', "a slow fault needs seconds"),
        ('[{"kind": "drop", "rate": 5}]', "between 0 and 1"),
        ('[{"kind": "status", "status": 200}]', "from 400 to 599"),
    ]:
        refusal = client.post("/_standin/faults", content=text)
        assert refusal.status_code == 400
        assert named in refusal.json()["detail"]
    assert ask().status_code == 200
