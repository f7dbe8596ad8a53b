"""A gateway block that is renewed while a run is interrupted, and another gateway that it may name then."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.formats import Model
from litellm_observatory.standin.gateway.serving import serve
from tests.orchestration.conftest import KEY, MODELS


@contextmanager
def another_gateway() -> Iterator[tuple[Gateway, str]]:
    """A second gateway with the same models and key, and its URL."""
    other = Gateway([Model(name, "chat") for name in MODELS], KEY)
    with serve(other) as served:
        yield other, served.url


async def name_block(url: str, key: str = KEY) -> None:
    """Save the gateway block `moving`."""
    await LiteLLMGateway(url=url, api_key=SecretStr(key)).asave("moving", overwrite=True)
