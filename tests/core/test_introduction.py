"""What a gateway is stands in one line."""

import httpx
import pytest

from litellm_observatory.core.discovery.discover import introduce, introduction
from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.wire.gateway import PreflightError
from tests.core.examples import Handler, client_to

MODES = {"a": "chat", "b": "chat", "c": None, "e": "embedding", "d": "image_generation", "r": "rerank"}
SERVERS = GatewayInfo("1.90.0", {"weather": "mcp_server", "clock": "mcp_server"})


def test_version_kinds_reasoning_and_servers_are_counted() -> None:
    assert introduction(GatewayInfo("1.90.0", MODES, reasoning=("a",)), SERVERS) == (
        "LiteLLM 1.90.0: 2 chat models (1 can reason), 1 embedding model, 1 model without mode, "
        "2 models of another mode (image_generation, rerank); MCP servers: clock, weather"
    )


def test_a_gateway_that_has_and_tells_nothing_is_said_to_be_so() -> None:
    told = "LiteLLM of unknown version: no chat models, no embedding models"
    assert introduction(GatewayInfo(None, {})) == told
    assert introduction(GatewayInfo(None, {}), GatewayInfo(None, {})) == f"{told}; MCP servers: none"


def gateway(servers: int, models: int = 200) -> Handler:
    async def handler(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/v1/models":
                return httpx.Response(models, json={"data": [{"id": "a", "mode": "chat"}]})
            case "/v1/mcp/server":
                return httpx.Response(servers, json=[{"alias": "clock"}])
        return httpx.Response(404, json={})

    return handler


@pytest.mark.parametrize(
    ("servers", "said"), [(200, "; MCP servers: clock"), (404, "; MCP servers: none"), (500, "")]
)
async def test_servers_that_cannot_be_read_keep_nothing_from_being_said(servers: int, said: str) -> None:
    async with client_to(gateway(servers)) as client:
        line = await introduce(client)
    assert line == f"LiteLLM of unknown version: 1 chat model, no embedding models{said}"


async def test_what_is_wrong_with_a_gateway_is_a_refusal() -> None:
    async with client_to(gateway(200, models=401)) as client:
        with pytest.raises(PreflightError, match=r"refused the key \(401"):
            await introduce(client)
