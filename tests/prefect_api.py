"""The API of a Prefect server for tests: what the commands use of it, and whatever else is asked on the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from prefect.client.orchestration import SyncPrefectClient

from deployments.api import PrefectApi, connect
from deployments.auth import CLIENT_AUTH
from deployments.settings import SERVER

NO_TOKENS = httpx.Response(422, json={"detail": "CSRF protection is disabled."})


@dataclass(frozen=True, slots=True)
class Prefect(PrefectApi):
    """The commands' API, and any other question."""

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One answer, as JSON."""
        client: Any = self.client
        answer: httpx.Response = self.call(lambda: client.request(method, path, json=body))
        return answer.json() if answer.content else None


def connect_to(url: str, auth: str | None = None) -> Prefect:
    """The API at a URL, for who is let in by `auth`."""
    return Prefect(connect({SERVER: url, CLIENT_AUTH: auth or ""}).client)


@cache
def prefect_at(url: str, auth: str | None = None) -> Prefect:
    """The same, by one client for all that ask: to make one takes 40 ms of a processor."""
    return connect_to(url, auth)


def prefect_of(answer: Callable[[httpx.Request], httpx.Response], retry_seconds: float = 10.0) -> Prefect:
    """An API that answers as a test says, and has no tokens against forged requests."""

    def answer_all(request: httpx.Request) -> httpx.Response:
        return NO_TOKENS if request.url.path.endswith("/csrf-token") else answer(request)

    transport = httpx.MockTransport(answer_all)
    client = SyncPrefectClient(
        "http://prefect/api", auth_string="me:very-secret", httpx_settings={"transport": transport}
    )
    return Prefect(client, retry_seconds)
