"""The stand-in gateway and the stand-in Slack of the tests, as processes on loopback."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from deployments.command_error import CommandError
from deployments.interrupts import sleep_interruptibly
from deployments.processes import Child, running
from deployments.settings import API_KEY, GATEWAY_URL, SLACK_URL

MODELS = "gpt-4o-mini,azure-gpt-4o"
LATENCY_SECONDS = 0.4
LONGEST_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class StandIns:
    """A gateway and a Slack that exist for one demo; the key and the webhook's URL are random."""

    gateway_url: str
    slack_url: str
    key: str = field(repr=False)
    secret_path: str = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """What describes them to `apply`."""
        return {GATEWAY_URL: self.gateway_url, API_KEY: self.key, SLACK_URL: self.slack_url + self.secret_path}

    def fail(self, share: float, start: float, end: float) -> None:
        """Let this share of the requests fail between two instants, in seconds from now."""
        fault = {"kind": "status", "status": 500, "rate": share, "start": start, "end": end}
        _ask("POST", f"{self.gateway_url}/_standin/faults", [fault])

    def messages(self) -> list[dict[str, Any]]:
        """The payloads that Slack has taken, in order."""
        taken: list[dict[str, Any]] = _ask("GET", f"{self.slack_url}/_standin/messages")
        return taken


@contextmanager
def stand_ins(logs: Path, environment: Mapping[str, str]) -> Iterator[StandIns]:
    """Both of them while the block lasts. Raises CommandError when one does not come up."""
    logs.mkdir(parents=True, exist_ok=True)
    key = f"sk-{secrets.token_urlsafe(24)}"
    gateway = (
        "litellm_observatory.standin.gateway",
        "--models",
        MODELS,
        "--latency",
        str(LATENCY_SECONDS),
        "--port",
        "0",
    )
    slack = ("litellm_observatory.standin.slack", "--port", "0")
    keyed = {**environment, "STANDIN_GATEWAY_KEY": key}
    with (
        running("stand-in gateway", gateway, keyed, logs / "gateway.log") as gateway_child,
        running("stand-in Slack", slack, environment, logs / "slack.log") as slack_child,
    ):
        path = f"/services/T0DEMO/B0DEMO/{secrets.token_urlsafe(18)}"
        yield StandIns(_url(gateway_child), _url(slack_child), key, path)


def _url(child: Child) -> str:
    """Where a stand-in says that it serves: the first line it prints."""
    until = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < until:
        child.check()
        first, complete, _ = child.log.read_text().partition("\n")
        if complete and first.startswith("{"):
            return str(json.loads(first)["url"])
        sleep_interruptibly(0.1)
    raise CommandError(f"The {child.name} does not say where it serves; {child.log} ends with:\n{child.last_lines()}")


def _ask(method: str, url: str, body: Any = None) -> Any:
    try:
        return httpx.request(method, url, json=body, timeout=60, trust_env=False).raise_for_status().json()
    except httpx.HTTPError as error:
        raise CommandError(f"A stand-in did not answer {method} {url}: {type(error).__name__}.") from None
