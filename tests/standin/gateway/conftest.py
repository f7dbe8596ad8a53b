"""One served gateway for all tests here, with a clean schedule for each, and a plain client."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.formats import Model
from litellm_observatory.standin.gateway.serving import Served, serve

KEY = "sk-standin-key"

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[Gateway, Served]]:
    gateway = Gateway(["gpt-a", "gpt-b", Model("embed", "embedding"), Model("unlisted-mode", None)], KEY)
    with serve(gateway) as served:
        yield gateway, served


@pytest.fixture
def gateway(running: tuple[Gateway, Served]) -> Gateway:
    gateway, _ = running
    gateway.arm()
    return gateway


@pytest.fixture
def client(running: tuple[Gateway, Served]) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=running[1].url, headers=headers, timeout=5, trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def ask(gateway: Gateway, client: httpx.Client) -> Ask:
    """Send one chat request; keyword arguments are fields of its body."""

    def ask(model: str = "gpt-a", **fields: object) -> httpx.Response:
        messages = [{"role": "user", "content": "hi"}]
        return client.post("/v1/chat/completions", json={"model": model, "messages": messages} | fields)

    return ask
