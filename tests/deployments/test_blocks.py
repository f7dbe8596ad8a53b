"""A gateway that its block would not take is refused before a server is asked anything."""

import pytest

from deployments.blocks import check_gateway
from deployments.command_error import CommandError
from deployments.settings import GatewaySettings


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("litellm.example.com", "is no base URL"),
        ("https://litellm.example.com/?key=sk-secret", "is no base URL"),
        ("sk-secret", "is no base URL"),
        ("/", "is no base URL"),
        ("https://me:sk-secret@litellm.example.com", "user name or password"),
    ],
)
def test_a_wrong_url_of_a_gateway_is_told_without_showing_it(url: str, trouble: str) -> None:
    with pytest.raises(CommandError, match=f"LITELLM_GATEWAY_URL: .*{trouble}") as told:
        check_gateway(GatewaySettings(url, "sk-secret", None))
    assert "sk-secret" not in str(told.value)
    assert len(str(told.value)) < 120


@pytest.mark.parametrize("key", ["sk-secret of mine", "sk-secret\nsk-secret", "sk-secrét", " "])
def test_a_key_that_fits_no_header_is_told_without_showing_it(key: str) -> None:
    with pytest.raises(CommandError, match="LITELLM_API_KEY: the key is empty, or has blanks") as told:
        check_gateway(GatewaySettings("https://litellm.example.com", key, None))
    assert "sk-" not in str(told.value)


def test_a_host_that_is_a_url_would_never_be_met_and_is_told() -> None:
    with pytest.raises(CommandError, match="LITELLM_ALLOWED_HOSTS: a host is no URL"):
        check_gateway(GatewaySettings("https://litellm.example.com", "sk-secret", ("https://release.example.com",)))


def test_a_base_url_is_taken_with_or_without_its_slash() -> None:
    for url in ("https://litellm.example.com/", "http://127.0.0.1:4000"):
        check_gateway(GatewaySettings(url, "sk-secret", ("release.example.com:8443", "*.example.com")))
