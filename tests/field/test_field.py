"""The suites against a real LiteLLM proxy: a healthy one passes, one with a failing model fails and is named."""

import pytest
from pydantic import SecretStr

from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.field.conftest import MODELS, Proxy
from tests.orchestration.conftest import Finished, Observatory

pytestmark = pytest.mark.night

SOAK = {"duration_hours": 16 / 3600, "request_interval_seconds": 0.05}
"""320 requests: enough for a verdict at 1 %."""


async def smoke(observatory: Observatory, **parameters: object) -> Finished:
    return await observatory.run(single_request, gateway="field", **parameters)


async def test_a_healthy_proxy_passes_the_smoke_test(field: Proxy, observatory: Observatory) -> None:
    run = await smoke(observatory)
    assert run.state.name == "Completed", run.state.message
    assert run.report.models == MODELS
    assert run.report.gateway_version
    assert run.report.gateway_version[0].isdigit()


async def test_a_healthy_proxy_passes_the_smoke_test_streamed(field: Proxy, observatory: Observatory) -> None:
    run = await smoke(observatory, stream=True)
    assert run.state.name == "Completed", run.state.message


async def test_a_failing_model_fails_the_smoke_test_and_is_named(field: Proxy, observatory: Observatory) -> None:
    field.provider.arm([Fault(FaultKind.STATUS, models=("gpt-4o",), status=400, message="content policy")])
    run = await smoke(observatory)
    assert run.state.name == "Failed"
    assert "1 of 2 requests passed; failed: azure-gpt-4o (bad_request: 400: " in run.reason


async def test_a_stream_cut_by_the_provider_is_seen_through_the_proxy(field: Proxy, observatory: Observatory) -> None:
    field.provider.arm([Fault(FaultKind.CUT_STREAM)])
    run = await smoke(observatory, stream=True, models=["gpt-4o-mini"])
    assert run.state.name == "Failed"
    assert "gpt-4o-mini (stream_cut: " in run.reason


async def test_a_retry_by_the_proxy_itself_is_told_as_a_rescue(field: Proxy, observatory: Observatory) -> None:
    field.provider.arm([Fault(FaultKind.STATUS, status=500, first=1, count=1)])  # the first is what preflight asks
    run = await smoke(observatory, models=["gpt-4o-mini"], gateway_retries=True)
    assert run.state.name == "Completed", run.state.message
    assert run.report.rescued == 1


async def test_a_wrong_key_and_an_unknown_model_are_refused(field: Proxy, observatory: Observatory) -> None:
    run = await smoke(observatory, models=["gpt-5o"])
    assert "Refused: no model 'gpt-5o'" in run.reason
    await LiteLLMGateway(url=field.url, api_key=SecretStr("sk-wrong-0123456789")).save("field", overwrite=True)
    run = await smoke(observatory)
    assert "refused the key" in run.reason


async def test_a_healthy_proxy_passes_the_soak(field: Proxy, observatory: Observatory) -> None:
    run = await observatory.run(oai_azure_release, gateway="field", **SOAK)
    assert run.state.name == "Completed", run.state.message
    assert run.report.sent == run.report.due == 320
    assert run.report.model_statistics[0].overhead_ms.p50 is not None


async def test_a_failing_model_fails_the_soak_is_named_and_no_retry_hides_it(
    field: Proxy, observatory: Observatory
) -> None:
    field.provider.arm([Fault(FaultKind.STATUS, models=("gpt-4o",), rate=0.5)])
    run = await observatory.run(oai_azure_release, gateway="field", **SOAK)
    assert run.state.name == "Failed"
    assert "azure-gpt-4o failed " in run.reason
    healthy, failing = run.report.model_statistics
    assert (healthy.failures, healthy.model) == (0, "gpt-4o-mini")
    assert failing.failures >= 7  # that many of 320 decide it
    assert run.report.due == run.report.sent < 320
    asked = sum(record.model == "gpt-4o" for record in field.provider.received)
    assert asked - failing.requests < failing.failures  # num_retries: 0 reached the proxy: no failure was asked again
