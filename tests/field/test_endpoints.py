"""The suites of the other endpoints against a real LiteLLM proxy: healthy ones pass, broken ones name the cause."""

from typing import Any

import pytest
from prefect import Flow

from flows.embeddings_release import embeddings_release
from flows.mcp_release import mcp_release
from flows.messages_release import messages_release
from flows.responses_release import responses_release
from flows.streaming_release import streaming_release
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.field.conftest import SERVERS, Proxy
from tests.orchestration.conftest import Observatory

pytestmark = pytest.mark.night

SOAK = {"duration_hours": 4 / 3600, "request_interval_seconds": 0.05, "max_failure_rate": 0.05, "slack": ""}
"""80 requests: enough for a verdict at 5 %."""

SOAKS = [streaming_release, responses_release, messages_release, embeddings_release, mcp_release]
SLOWER = {"duration_hours": 12 / 3600, "request_interval_seconds": 0.15}
OWN: dict[str, dict[str, object]] = {"streaming-release": {"long_tokens": 64, "timeout_seconds": 3.0, **SLOWER}}
"""Parameters of single suites: every chunk of a stream passes the proxy, and shares two cores with this client."""

named = pytest.mark.parametrize("flow", SOAKS, ids=lambda flow: flow.name)


@named
async def test_a_healthy_proxy_passes(field: Proxy, observatory: Observatory, flow: Flow[Any, Any]) -> None:
    run = await observatory.run(flow, gateway="field", **SOAK | OWN.get(flow.name, {}))

    assert run.state.name == "Completed", run.state.message
    assert (run.report.sent, run.report.failures) == (80, 0)


@pytest.mark.parametrize(
    ("flow", "fault", "cause"),
    [
        (responses_release, Fault(FaultKind.CUT_STREAM, message="boom", only_streams=True), "in the stream: boom"),
        (responses_release, Fault(FaultKind.EMPTY), "200 but empty content"),
        (messages_release, Fault(FaultKind.CUT_STREAM, message="boom", only_streams=True), "OpenAIException - boom"),
        (messages_release, Fault(FaultKind.EMPTY), "200 but empty content"),
        (streaming_release, Fault(FaultKind.BUFFERED), "mainly buffered"),
        (streaming_release, Fault(FaultKind.STALLED), "no complete answer within <n> s"),
        (embeddings_release, Fault(FaultKind.WRONG_ENCODING), "asked for a base64 text, got a list"),
        (embeddings_release, Fault(FaultKind.OTHER_LENGTH, first=30, count=1), "vectors of 3 and 4 numbers"),
        (
            mcp_release,
            Fault(FaultKind.NO_TOOLS, silent_servers=("clock",)),
            "no tool of MCP server 'clock' is listed",
        ),
        (mcp_release, Fault(FaultKind.NO_TOOLS, silent_servers=SERVERS), "there are some of: none"),
    ],
    ids=lambda value: getattr(value, "kind", None) or getattr(value, "name", None),
)
async def test_a_fault_is_seen_through_the_proxy(
    field: Proxy, observatory: Observatory, flow: Flow[Any, Any], fault: Fault, cause: str
) -> None:
    field.provider.arm([fault])

    run = await observatory.run(flow, gateway="field", **SOAK | OWN.get(flow.name, {}))

    assert run.state.name == "Failed", run.state.message
    assert cause in run.reason
