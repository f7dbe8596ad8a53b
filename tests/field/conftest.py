"""The suites' own fixtures, and a real LiteLLM proxy in front of a stand-in provider."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.field.litellm_proxy import litellm_proxy
from tests.flows.conftest import observatory, prefect_server, stage
from tests.gateway.app import Gateway
from tests.gateway.serving import serve

__all__ = ["observatory", "prefect_server", "proxy", "stage"]

MODELS = {"gpt-4o-mini": "gpt-4o-mini", "azure-gpt-4o": "gpt-4o"}
"""The proxy's models, and what the provider calls them."""


@dataclass(frozen=True)
class Proxy:
    """A running LiteLLM, and the provider behind it, whose faults the tests choose."""

    url: str
    provider: Gateway


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    provider = Gateway(list(MODELS.values()), key=None, latency_seconds=0.02)
    folder = tmp_path_factory.mktemp("litellm")
    with serve(provider) as upstream, litellm_proxy(MODELS, upstream.url, folder) as url:
        yield Proxy(url, provider)
