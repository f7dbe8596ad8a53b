"""What the environment, or `.env`, says of the gateway, of Slack and of the queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deployments.auth import CLIENT_AUTH, CLIENT_KEY, SERVER_AUTH
from deployments.command_error import CommandError

DATA = Path(".observatory")
"""What local servers keep, in the working directory: never in the user's own Prefect profile."""

UP_FOLDER = DATA / "up"
"""That of `up`, unless somebody names another."""

UP_SERVER = "server"
"""In that folder the address of the API of the server that runs there, for commands to find it."""

GATEWAY_URL = "LITELLM_GATEWAY_URL"
API_KEY = "LITELLM_API_KEY"
ALLOWED_HOSTS = "LITELLM_ALLOWED_HOSTS"
SLACK_URL = "SLACK_WEBHOOK_URL"
MOST_SUITES = "MAX_CONCURRENT_TESTS"
NIGHTLY = "NIGHTLY"

ENV_FILE = "OBSERVATORY_ENV_FILE"
"""Names a file to take instead of `.env`."""

SERVER, UI = "PREFECT_API_URL", "PREFECT_UI_URL"

OURS = (GATEWAY_URL, API_KEY, ALLOWED_HOSTS, SLACK_URL, MOST_SUITES, NIGHTLY)
KNOWN = (*OURS, SERVER, UI, SERVER_AUTH, CLIENT_AUTH, CLIENT_KEY)
"""Variables that every command takes from `.env` where the environment does not say them."""

SECRETS = (API_KEY, SLACK_URL)
"""Variables that only `apply` may see: everything else reads them from blocks."""

SUITES_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """A gateway to register; `allowed_hosts` None leaves those that its block has."""

    url: str
    key: str = field(repr=False)
    allowed_hosts: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What `apply` declares beside prefect.yaml; None where the environment says nothing of it.

    `nightly` says whether the gate runs by itself each night.
    """

    gateway: GatewaySettings | None
    slack_url: str | None = field(repr=False)
    suites_at_once: int
    nightly: bool | None = None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment; a blank variable counts as not set. Raises CommandError."""
    said = {name: environment[name].strip() for name in OURS if environment.get(name, "").strip()}
    return Settings(_gateway(said), _slack_url(said), _suites_at_once(said), _nightly(said))


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for processes that have no business with a key."""
    return {name: value for name, value in environment.items() if name not in SECRETS}


def _gateway(said: Mapping[str, str]) -> GatewaySettings | None:
    url, key = said.get(GATEWAY_URL), said.get(API_KEY)
    if not url and not key:
        return None
    if not url or not key:
        missing, given = (GATEWAY_URL, API_KEY) if key else (API_KEY, GATEWAY_URL)
        raise CommandError(f"{given} is set, but {missing} is not; a gateway needs both, so set {missing} too.")
    hosts = [host.strip() for host in said.get(ALLOWED_HOSTS, "").split(",") if host.strip()]
    return GatewaySettings(url, key, tuple(hosts) or None)


def _slack_url(said: Mapping[str, str]) -> str | None:
    url = said.get(SLACK_URL)
    if url and not url.startswith(("https://", "http://")):
        raise CommandError(f"{SLACK_URL} is no URL; it looks like https://hooks.slack.com/services/…")
    return url


def _suites_at_once(said: Mapping[str, str]) -> int:
    text = said.get(MOST_SUITES, str(SUITES_AT_ONCE))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise CommandError(f"{MOST_SUITES} is '{text[:40]}', but must be a whole number of 1 or more.")
    return int(text)


def _nightly(said: Mapping[str, str]) -> bool | None:
    text = said.get(NIGHTLY)
    if text not in (None, "on", "off"):
        raise CommandError(
            f"{NIGHTLY} is '{text[:40]}', but must be on or off; without it each schedule stays as it is."
        )
    return None if text is None else text == "on"
