"""A gateway that its block would not take is refused before a server is asked anything."""

import pytest

from deployments.blocks import check_gateway
from deployments.obstacle import Obstacle
from deployments.settings import GatewaySettings, Settings


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("litellm.example.com", "is no base URL"),
        ("https://litellm.example.com/?key=sk-secret", "is no base URL"),
        ("sk-secret", "is no base URL"),
        ("https://me:sk-secret@litellm.example.com", "user name or password"),
    ],
)
def test_a_wrong_url_of_a_gateway_is_told_without_showing_it(url: str, trouble: str) -> None:
    with pytest.raises(Obstacle, match=f"LITELLM_GATEWAY_URL: .*{trouble}") as told:
        check_gateway(Settings(GatewaySettings(url, "sk-secret", None), None, 5))
    assert "sk-secret" not in str(told.value)


def test_a_base_url_is_taken_with_or_without_its_slash() -> None:
    for url in ("https://litellm.example.com/", "http://127.0.0.1:4000"):
        check_gateway(Settings(GatewaySettings(url, "sk-secret", None), None, 5))
