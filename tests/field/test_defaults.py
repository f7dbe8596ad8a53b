"""A LiteLLM before default parameters: healthy it passes, with a failing model it fails.

One model reasons, one states no mode, and a cache is on.
"""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from flows.api_contract import api_contract
from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.formats import Model
from litellm_observatory.standin.gateway.serving import PROVIDERS_IDLE_SECONDS, serve
from tests.field.conftest import Proxy
from tests.field.litellm_proxy import LOG, MASTER_KEY, Deployment, litellm_proxy
from tests.orchestration.conftest import Observatory

THINKER = "thinker"
CACHE = """
litellm_settings:
  cache: true
  cache_params: {type: local}
"""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    models = [Model("plain"), Model("modeless"), Model(THINKER, reasoning_tokens=200), Model("embedder", "embedding")]
    provider = Gateway(models, key=None, latency_seconds=0.02)
    deployments = (
        Deployment("plain", "plain"),
        Deployment("modeless", "modeless", None),
        Deployment(THINKER, THINKER),
        Deployment("embedder", "embedder", "embedding"),
    )
    folder = tmp_path_factory.mktemp("defaults")
    with (
        serve(provider, idle_seconds=PROVIDERS_IDLE_SECONDS) as upstream,
        litellm_proxy(deployments, (), CACHE, upstream.url, folder) as url,
    ):
        yield Proxy(url, provider, folder / LOG)


@pytest.fixture
async def block(proxy: Proxy, observatory: Observatory) -> str:
    await LiteLLMGateway(url=proxy.url, api_key=SecretStr(MASTER_KEY)).save("defaults", overwrite=True)
    proxy.provider.arm()
    return "defaults"


async def test_every_model_answers(observatory: Observatory, block: str) -> None:
    run = await observatory.run(single_request, gateway=block)
    assert run.state.name == "Completed", run.state.message
    assert set(run.report.models) == {"plain", "modeless", THINKER}
    assert any(f"{THINKER}: 256 tokens" in note for note in run.report.notes)


async def test_the_contract_holds(observatory: Observatory, block: str) -> None:
    run = await observatory.run(api_contract, gateway=block)
    assert run.state.name == "Completed", run.state.message
    assert not any(case.unproven for case in run.report.cases)


async def test_every_request_of_a_soak_reaches_the_provider(
    proxy: Proxy, observatory: Observatory, block: str
) -> None:
    run = await observatory.run(
        oai_azure_release,
        gateway=block,
        duration_hours=15 / 3600,
        request_interval_seconds=0.3,
        max_failure_rate=0.2,
    )
    assert run.state.name == "Completed", run.state.message
    assert run.report.requests == run.report.sent == 50
    assert len(proxy.provider.received) >= 50


async def test_a_failing_model_fails_and_is_named(proxy: Proxy, observatory: Observatory, block: str) -> None:
    proxy.provider.arm([Fault(FaultKind.STATUS, models=("modeless",), status=400, message="content policy")])
    run = await observatory.run(single_request, gateway=block)
    assert run.state.name == "Failed", run.state.message
    assert "2 of 3 requests passed; failed: modeless (bad_request: 400: " in run.reason
