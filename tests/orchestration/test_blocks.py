"""Where a gateway's key may go: hosts and ports are compared as the network knows them, not as they are spelt."""

import pytest
from pydantic import SecretStr

from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.orchestration.blocks import LiteLLMGateway, base_url


def goes(own: str, asked: str, *allowed: str) -> bool:
    """Whether a block at `own` lends its key to the URL `asked`."""
    block = LiteLLMGateway(url=own, api_key=SecretStr("sk-1"), allowed_hosts=list(allowed))
    try:
        return block.gateway("release", asked).url == base_url(asked)
    except PreflightError:
        return False


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        ("https://litellm.example.com:443", "https://litellm.example.com"),
        ("https://litellm.example.com", "https://litellm.example.com:443/base"),
        ("http://litellm.example.com:80", "http://litellm.example.com"),
        ("https://LiteLLM.Example.com", "https://litellm.example.COM"),
        ("https://litellm.example.com.", "https://litellm.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:4000", "http://[0:0:0:0:0:0:0:1]:4000"),
    ],
)
def test_one_address_spelt_two_ways_is_one_address(own: str, asked: str) -> None:
    assert goes(own, asked)
    assert goes(asked, own)


@pytest.mark.parametrize(
    ("said", "spelt"),
    [
        ("https://litellm.example.com:443", "https://litellm.example.com"),
        ("http://litellm.example.com:80/", "http://litellm.example.com"),
        ("HTTPS://LiteLLM.Example.com/Base/", "https://litellm.example.com/Base"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        (" http://[0:0::1]:80 ", "http://[::1]"),
        ("http://litellm.example.com:443", "http://litellm.example.com:443"),
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
    ],
)
def test_a_url_is_spelt_one_way_wherever_it_is_said(said: str, spelt: str) -> None:
    block = LiteLLMGateway(url=said, api_key=SecretStr("sk-1"))
    assert (block.url, block.gateway("release", said).url) == (spelt, spelt)


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        ("https://litellm.example.com", "https://litellm.example.com:8443"),
        ("http://127.0.0.1:4000", "http://127.0.0.1:4001"),
        ("http://127.0.0.1:4000", "http://127.0.0.1"),
        ("http://litellm.example.com", "https://litellm.example.com"),
        ("http://[::1]", "http://[::1]:4000"),
    ],
)
def test_another_port_of_the_gateways_own_host_is_another_service(own: str, asked: str) -> None:
    assert not goes(own, asked)
    host = asked.split("//")[1].removesuffix(":4000")
    assert goes(own, asked, host)


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        ("release.example.com:443", "https://release.example.com"),
        ("release.example.com:80", "http://release.example.com"),
        ("release.example.com", "https://release.example.com:8443"),
        (" Release.Example.com. ", "https://release.example.com"),
        ("bücher.example", "https://xn--bcher-kva.example"),
        ("*.bücher.example", "https://v1.xn--bcher-kva.example"),
        ("*.example.com:8443", "https://release.example.com:8443"),
        ("::1", "http://[::1]:4000"),
        ("[::1]:4000", "http://[0::1]:4000"),
    ],
)
def test_an_allowed_host_is_compared_as_the_network_knows_it(entry: str, asked: str) -> None:
    assert goes("http://litellm.example.com", asked, entry)


@pytest.mark.parametrize(
    ("entry", "asked"),
    [
        ("release.example.com:443", "http://release.example.com"),
        ("release.example.com:8443", "https://release.example.com"),
        ("*.example.com:8443", "https://release.example.com"),
        ("*.example.com", "https://example.com"),
        ("*.example.com", "https://evilexample.com"),
        ("*.", "https://release.example.com"),
        ("", "https://release.example.com"),
        ("*", "https://release.example.com"),
        ("[::1", "http://[::1]"),
        ("host:port", "http://host"),
        ("release.example.com@evil.example.org", "https://release.example.com"),
        ("https://release.example.com", "https://release.example.com"),
    ],
)
def test_an_entry_covers_nothing_that_it_does_not_say(entry: str, asked: str) -> None:
    assert not goes("http://litellm.example.com", asked, entry)


def test_the_refusal_names_the_port_and_what_is_allowed() -> None:
    block = LiteLLMGateway(url="https://h.example.com", api_key=SecretStr("sk-1"), allowed_hosts=["a.example.com"])
    with pytest.raises(
        PreflightError, match=r"'h\.example\.com:8443', to which .* a\.example\.com, h\.example\.com; add"
    ):
        block.gateway("release", "https://h.example.com:8443")
