"""The `LiteLLM Gateway` block: where a gateway is, its key, and the hosts that the key may be sent to."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx
from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, SecretStr, field_validator

from litellm_observatory.core.text import list_names, quote
from litellm_observatory.core.wire.gateway import Gateway, PreflightError
from litellm_observatory.names import GATEWAY_BLOCK_TYPE


class LiteLLMGateway(Block):
    """A LiteLLM gateway (proxy) to test. Runs name this block; its key never travels as a parameter."""

    model_config = ConfigDict(hide_input_in_errors=True)  # the input holds the key

    _block_type_name = "LiteLLM Gateway"
    _block_type_slug = GATEWAY_BLOCK_TYPE

    url: str = Field(
        description="Base URL of the gateway, for example https://litellm.example.com",
        examples=["https://litellm.example.com"],
    )
    api_key: SecretStr = Field(description="A key of the gateway that may call the models under test.")
    allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Hosts (on any port; or host:port, or *.domain) that a run's deployment_url may name beside the "
        "gateway's own host and port.",
    )

    @field_validator("api_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr) -> SecretStr:
        text = key.get_secret_value().strip()
        if not text or not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("the key is empty, or has blanks or characters that no HTTP header takes")
        return SecretStr(text)

    @field_validator("url")
    @classmethod
    def _is_a_base_url(cls, url: str) -> str:
        return base_url(url)

    def gateway(self, name: str, deployment_url: str | None) -> Gateway:
        """The gateway under test, at `deployment_url` where one is given.

        Raises PreflightError when the key may not be sent to that URL.
        """
        key = self.api_key.get_secret_value()
        if not deployment_url:
            return Gateway(name, self.url, key)
        try:
            url = base_url(deployment_url)
        except ValueError as error:
            raise PreflightError(f"deployment_url: {error}") from None
        own, asked = _address(self.url), _address(url)
        if own.is_https and not asked.is_https:
            raise PreflightError(
                f"deployment_url is http, but gateway block '{name}' keeps its key for https", "use an https URL"
            )
        if asked != own and not any(_covers(entry, asked) for entry in self.allowed_hosts):
            raise PreflightError(
                f"deployment_url names the host '{asked}', to which gateway block '{name}' does not send its "
                f"key; allowed are: {list_names([str(own), *self.allowed_hosts])}",
                "add it to the block's allowed_hosts",
                brief=f"deployment_url names a host that is none of gateway block {quote(name)}",
            )
        return Gateway(name, url, key)


def base_url(url: str) -> str:
    """`url` spelt one way, without a trailing slash: who tests the same gateway by another spelling tests the same.

    Raises ValueError, in one sentence, when it is no plain http(s) base URL.
    """
    url = url.strip().rstrip("/")
    try:
        parts, address = urlsplit(url), _address(url)
    except (ValueError, httpx.InvalidURL):
        parts, address = SplitResult("", "", "", "", ""), _Address("", None)
    if parts.username or parts.password:
        raise ValueError("a URL with a user name or password is not taken; keep secrets in the gateway block")
    if parts.scheme not in ("http", "https") or not address.host or parts.query or parts.fragment:
        raise ValueError(f"'{url}' is no base URL; it looks like https://litellm.example.com")
    return f"{parts.scheme}://{address}{parts.path}"


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a URL leads, spelt one way: lowercase, in ASCII, without a last dot, with the port that holds."""

    host: str
    port: int | None
    is_https: bool = True

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _USUAL_PORTS[self.is_https] else f"{host}:{self.port}"


_USUAL_PORTS = {True: 443, False: 80}


def _address(url: str) -> _Address:
    """As the client that sends the key reads it. Raises ValueError and httpx.InvalidURL for what is no URL."""
    read = httpx.URL(url)
    is_https = read.scheme == "https"
    return _Address(_spelt_one_way(read), read.port or _USUAL_PORTS[is_https], is_https)


def _spelt_one_way(url: httpx.URL) -> str:
    host = url.raw_host.decode().removesuffix(".")
    return str(ip_address(host)) if ":" in host else host


def _covers(allowed: str, asked: _Address) -> bool:
    """Whether an entry of allowed_hosts covers an address: `host`, on any port, `host:port`, or `*.domain` so."""
    entry = allowed.strip()
    domain = entry.removeprefix("*.")
    try:
        bare = f"[{domain}]" if domain.count(":") > 1 and "[" not in domain else domain
        read = httpx.URL(f"any://{bare}")  # a scheme that has no usual port, so that none is dropped
        host = _spelt_one_way(read)
    except (ValueError, httpx.InvalidURL):  # an entry that nobody can mean covers nothing
        return False
    of_host = asked.host.endswith(f".{host}") if domain != entry else asked.host == host
    return bool(host) and of_host and read.port in (None, asked.port)
