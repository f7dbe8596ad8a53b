"""The suites' own fixtures, and a real LiteLLM proxy in front of a stand-in provider."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.formats import Model
from litellm_observatory.standin.gateway.serving import PROVIDERS_IDLE_SECONDS, serve
from tests.field.litellm_proxy import LOG, MASTER_KEY, Deployment, litellm_proxy
from tests.orchestration.conftest import Observatory, observatory, prefect_server, stage

__all__ = ["field", "observatory", "prefect_server", "proxy", "stage"]

MODELS = ("gpt-4o-mini", "azure-gpt-4o")
SERVERS = ("weather", "clock")
GROUP = "half-broken"
"""A group of two deployments, of which tests break the one that the provider calls `broken`."""

DEPLOYMENTS = (
    Deployment("gpt-4o-mini", "gpt-4o-mini"),
    Deployment("azure-gpt-4o", "gpt-4o"),
    Deployment("embedder", "embedder", "embedding"),
    Deployment(GROUP, "broken", "completion"),  # stated as another mode, so that runs over all chat models skip it
    Deployment(GROUP, "gpt-4o-mini", "completion"),
)
SETTINGS = f"""
router_settings:
  fallbacks: [{{{GROUP}: [gpt-4o-mini]}}]
litellm_settings:
  callbacks: [prometheus]
"""


@dataclass(frozen=True)
class Proxy:
    """A running LiteLLM, its log, and the provider behind it, whose faults the tests choose."""

    url: str
    provider: Gateway
    log: Path


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    names = [deployment.upstream for deployment in DEPLOYMENTS if deployment.mode != "embedding"]
    provider = Gateway([*names, Model("embedder", "embedding")], key=None, latency_seconds=0.02)
    folder = tmp_path_factory.mktemp("litellm")
    with (
        serve(provider, idle_seconds=PROVIDERS_IDLE_SECONDS) as upstream,
        litellm_proxy(DEPLOYMENTS, SERVERS, SETTINGS, upstream.url, folder) as url,
    ):
        yield Proxy(url, provider, folder / LOG)


@pytest.fixture
async def field(proxy: Proxy, observatory: Observatory) -> Proxy:
    """The proxy, healthy, behind the gateway block `field`."""
    proxy.provider.arm()
    proxy.provider.chunk_seconds = 0.02
    await LiteLLMGateway(url=proxy.url, api_key=SecretStr(MASTER_KEY)).save("field", overwrite=True)
    return proxy
