"""What a real LiteLLM tells of its models before a run: prices by its own map, and none where it knows none."""

import pytest

from litellm_observatory.core.discovery.discover import discover, introduce
from litellm_observatory.core.discovery.model_info import Price
from litellm_observatory.core.wire.client import open_client
from litellm_observatory.core.wire.gateway import Gateway
from tests.field.conftest import GROUP, Proxy
from tests.field.litellm_proxy import MASTER_KEY

pytestmark = pytest.mark.night


async def test_prices_are_those_of_its_map_and_none_where_a_deployment_has_none(proxy: Proxy) -> None:
    async with open_client(Gateway("field", proxy.url, MASTER_KEY)) as client:
        facts = await discover(client)
        line = await introduce(client)
    assert facts.prices["gpt-4o-mini"] == Price(1.5e-7, 6e-7)
    assert facts.prices["azure-gpt-4o"] == Price(2.5e-6, 1e-5)
    assert not {GROUP, "embedder"} & set(facts.prices)
    assert line.startswith(f"LiteLLM {facts.version}: 2 chat models, 1 embedding model, ")
    assert line.endswith("; MCP servers: clock, weather")
