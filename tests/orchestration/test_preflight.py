"""What is refused before any traffic: one clear sentence, with the remedy and the choices."""

import re
from typing import Any

import pytest
from prefect import Flow
from prefect_slack import SlackWebhook
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from deployments.commands import parse
from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.orchestration.preflight import ensure_file_descriptors
from litellm_observatory.orchestration.remedies import add_gateway
from litellm_observatory.standin.gateway.serving import serve
from tests.orchestration.conftest import KEY, Finished, Observatory


async def refused(observatory: Observatory, flow: Flow[Any, Any] = single_request, **parameters: Any) -> Finished:
    """Run a flow that must be refused, and make sure that nothing was sent."""
    run = await observatory.run(flow, **parameters)
    assert run.state.name == "Refused", run.state
    assert run.state.type.value == "FAILED"
    assert run.page.startswith("### ⛔ Refused: ")
    assert observatory.gateway.received == []
    assert "Traceback" not in run.page
    return run


async def test_an_unknown_gateway_block_names_the_ones_that_exist(observatory: Observatory) -> None:
    run = await refused(observatory, gateway="stagng")
    assert run.reason.startswith("Refused: no gateway block 'stagng'; there are: ")
    assert "default" in run.reason
    remedy = re.search(r"; add it: (\.venv/bin/)?litellm-observatory (gateway stagng --url https://)…$", run.reason)
    assert remedy
    _, taken = parse(remedy[2].split())
    assert taken.arguments == {"name": "stagng", "url": "https://"}
    assert str(run.state.message).startswith("Refused: no gateway block 'stagng'; there are: default")
    assert f"⛔ {run.state.message}" in run.slack_text


@pytest.mark.parametrize("name", ["x; rm -rf ~", "$(id)", "", "a" * 101])
def test_a_remedy_repeats_no_name_that_a_shell_would_not_take_as_one(name: str) -> None:
    assert add_gateway(name).endswith(" gateway NAME --url https://…")


async def test_an_unknown_slack_block_names_the_ones_that_exist(observatory: Observatory) -> None:
    run = await refused(observatory, slack="litelm-observatory")
    assert "no Slack block 'litelm-observatory'; there are: litellm-observatory" in run.reason


async def test_a_slack_block_that_nobody_named_need_not_be_there(observatory: Observatory) -> None:
    """Who has no Slack gets a verdict by default parameters, and reads in the report that nobody was told."""
    block = await SlackWebhook.aload("litellm-observatory")
    await SlackWebhook.adelete("litellm-observatory")
    try:
        run = await observatory.run(single_request)
    finally:
        await SlackWebhook(url=block.url).asave("litellm-observatory")
    assert run.state.name == "Completed"
    assert run.messages == []
    assert any(
        note.startswith("Nobody is notified: no Slack block 'litellm-observatory'; ") for note in run.report.notes
    )


async def test_a_run_may_report_to_nobody(observatory: Observatory) -> None:
    run = await observatory.run(single_request, slack="")
    assert run.state.name == "Completed"
    assert run.messages == []


async def block(url: str, key: str = KEY, allowed_host: str = "*.example.com") -> str:
    """Save a gateway block with a URL of its own; returns its name."""
    gateway = LiteLLMGateway(url=url, api_key=SecretStr(key), allowed_hosts=[allowed_host])
    await gateway.save("other", overwrite=True)
    return "other"


async def test_an_unreachable_gateway_is_said_to_be_so(observatory: Observatory) -> None:
    run = await refused(observatory, gateway=await block("http://127.0.0.1:1"))
    assert "gateway 'other' at http://127.0.0.1:1 cannot be reached (could not connect: " in run.reason


async def test_a_host_name_that_does_not_exist_is_said_to_be_so(observatory: Observatory) -> None:
    run = await refused(observatory, gateway=await block("http://no-such-host.invalid"))
    assert "cannot be reached" in run.reason


@pytest.mark.parametrize("routes", [[Route("/{path:path}", lambda _: HTMLResponse("<h1>It works</h1>"))], []])
async def test_a_server_that_is_no_litellm_is_refused(observatory: Observatory, routes: list[Route]) -> None:
    with serve(Starlette(routes=routes)) as other:
        run = await refused(observatory, gateway=await block(other.url))
    assert "is no LiteLLM gateway: GET /v1/models was answered " in run.reason


async def test_a_url_that_ends_as_sdks_take_it_is_refused_with_what_to_leave_off(observatory: Observatory) -> None:
    run = await refused(observatory, gateway=await block(f"{observatory.gateway_url}/v1"))
    assert "is no LiteLLM gateway: GET /v1/models was answered 404" in run.reason
    assert run.reason.endswith("; leave /v1 off the end of its URL")


async def test_a_wrong_key_is_refused_and_not_shown(observatory: Observatory) -> None:
    run = await refused(observatory, gateway=await block(observatory.gateway_url, "sk-wrong-0123456789"))
    assert "refused the key (400: No connected db.)" in run.reason
    assert "sk-wrong" not in run.page + run.slack_text + run.reason


async def test_an_unknown_model_names_the_ones_that_exist(observatory: Observatory) -> None:
    run = await refused(observatory, oai_azure_release, models=["gpt-4o-mini", "gpt-5o"])
    assert "no model 'gpt-5o' on gateway 'default'" in run.reason
    assert "there are: azure-gpt-4o, embedder, gpt-4o-mini" in run.reason


@pytest.mark.parametrize("models", [["gpt-4o-mini", "gpt-4o-mini"], ["  "], [" gpt-4o-mini"]])
async def test_repeated_and_blank_model_names_are_refused(observatory: Observatory, models: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(single_request, "should_validate_parameters", False)  # as a server without the schema would
        run = await refused(observatory, models=models)
    assert "listed twice" in run.reason or "without blanks" in run.reason


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://evil.example.org", "names the host 'evil.example.org', to which gateway block 'other'"),
        ("https://example.com.evil.org", "names the host 'example.com.evil.org'"),
        ("https://user:hunter2@release.example.com", "a URL with a user name or password is not taken"),
        ("https://release.example.com/?x=1", "is no base URL"),
        ("https://release.example.com:port", "is no base URL"),
        ("http://release.example.com", "is http, but gateway block 'other' keeps its key for https"),
    ],
)
async def test_a_deployment_url_to_which_the_key_must_not_go_is_refused(
    observatory: Observatory, url: str, sentence: str
) -> None:
    run = await refused(observatory, gateway=await block("https://litellm.example.com"), deployment_url=url)
    assert sentence in run.reason
    assert "hunter2" not in run.reason


async def test_a_deployment_url_to_an_allowed_host_is_tested_instead(observatory: Observatory) -> None:
    name = await block("http://gateway.example.com", allowed_host="127.0.0.1")
    run = await observatory.run(single_request, gateway=name, deployment_url=observatory.gateway_url + "/")
    assert run.state.name == "Completed", run.state.message
    assert f"other at {observatory.gateway_url}/" in run.slack_text


@pytest.mark.parametrize("key", ["", "  ", "sk-with blank", "sk-with\x00null", "schlüssel"])
def test_a_key_that_no_header_takes_is_refused_by_the_block(key: str) -> None:
    with pytest.raises(ValidationError, match="the key is empty, or has"):
        LiteLLMGateway(url="http://127.0.0.1", api_key=SecretStr(key))


def test_a_key_from_a_file_may_end_in_a_line_break() -> None:
    assert LiteLLMGateway(url="http://h", api_key=SecretStr("sk-1\n")).gateway("default", None).key == "sk-1"


def test_more_connections_than_the_system_allows_are_refused_with_the_remedy() -> None:
    with pytest.raises(PreflightError, match=r"raise the worker's limit \(ulimit -n\)"):
        ensure_file_descriptors(2**40)


@pytest.mark.parametrize(
    ("flow", "wrong"),
    [
        (oai_azure_release, {"duration_hours": 0}),
        (oai_azure_release, {"duration_hours": 169}),
        (oai_azure_release, {"max_failure_rate": 0}),
        (oai_azure_release, {"max_failure_rate": 1}),
        (oai_azure_release, {"request_interval_seconds": 0.019}),
        (oai_azure_release, {"request_interval_seconds": 3601}),
        (oai_azure_release, {"timeout_seconds": 0}),
        (oai_azure_release, {"timeout_seconds": float("nan")}),
        (single_request, {"max_tokens": 0}),
        (single_request, {"models": [""]}),
        (single_request, {"gateway": ""}),
        (single_request, {"deployment_url": "litellm.example.com"}),
    ],
)
def test_values_beyond_their_bounds_are_refused_with_the_name_of_the_parameter(
    flow: Flow[Any, Any], wrong: dict[str, Any]
) -> None:
    [name] = wrong
    with pytest.raises(Exception, match=name):
        flow.validate_parameters(wrong)


@pytest.mark.parametrize(
    "edge",
    [
        {"duration_hours": 0.0005, "max_failure_rate": 0.99},
        {"duration_hours": 168, "request_interval_seconds": 0.02},
        {"request_interval_seconds": 3600, "timeout_seconds": 600},
    ],
)
def test_values_at_their_bounds_are_taken(edge: dict[str, Any]) -> None:
    assert oai_azure_release.validate_parameters(edge)
