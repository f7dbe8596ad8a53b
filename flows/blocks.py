"""The `LiteLLM Gateway` block: where a gateway is, its key, and the hosts that the key may be sent to."""

from urllib.parse import SplitResult, urlsplit

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, SecretStr, field_validator

from suites.gateway import Gateway, Refused
from suites.words import listed


class LiteLLMGateway(Block):
    """A LiteLLM gateway (proxy) to test. Runs name this block; its key never travels as a parameter."""

    model_config = ConfigDict(hide_input_in_errors=True)  # the input holds the key

    _block_type_name = "LiteLLM Gateway"
    _block_type_slug = "litellm-gateway"

    url: str = Field(
        description="Base URL of the gateway, for example https://litellm.example.com",
        examples=["https://litellm.example.com"],
    )
    api_key: SecretStr = Field(description="A key of the gateway that may call the models under test.")
    allowed_hosts: list[str] = Field(
        default_factory=list,
        description="Hosts (or host:port, or *.domain) that a run's deployment_url may name beside the "
        "gateway's own.",
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

        Raises Refused when the key may not be sent to that URL.
        """
        key = self.api_key.get_secret_value()
        if not deployment_url:
            return Gateway(name, self.url, key)
        try:
            url = base_url(deployment_url)
        except ValueError as error:
            raise Refused(f"deployment_url: {error}") from None
        own, asked = urlsplit(self.url), urlsplit(url)
        allowed = [own.netloc, *self.allowed_hosts]
        if not any(_covers(host, asked) for host in allowed):
            raise Refused(
                f"deployment_url names the host '{asked.netloc}', to which gateway block '{name}' does not send its "
                f"key; allowed are: {listed(allowed)}; add it to the block's allowed_hosts"
            )
        if own.scheme == "https" and asked.scheme == "http":
            raise Refused(
                f"deployment_url is http, but gateway block '{name}' keeps its key for https; use an https URL"
            )
        return Gateway(name, url, key)


def base_url(url: str) -> str:
    """`url` without a trailing slash. Raises ValueError, in one sentence, when it is no plain http(s) base URL."""
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
        parts = SplitResult("", "", "", "", "")
    if parts.username or parts.password:
        raise ValueError("a URL with a user name or password is not taken; keep secrets in the gateway block")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise ValueError(f"'{url}' is no base URL; it looks like https://litellm.example.com")
    return url


def _covers(allowed: str, url: SplitResult) -> bool:
    """Whether an entry of allowed_hosts covers a URL's host: `host`, `host:port` or `*.domain`."""
    entry, host = allowed.lower().strip(), (url.hostname or "").lower()
    if entry.startswith("*."):
        return host.endswith(entry[1:])
    return entry in (host, url.netloc.lower())
