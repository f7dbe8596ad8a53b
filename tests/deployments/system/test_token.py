"""Every command before a proxy that wants a token: let in with PREFECT_API_KEY, and told so without it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from deployments.auth import CLIENT_KEY
from litellm_observatory.standin.gateway.serving import serve
from tests.deployments.conftest import Run
from tests.deployments.system.conftest import AUTH
from tests.deployments.system.token import proxy
from tests.observatory import KEY, Up

pytestmark = pytest.mark.night

TOKEN = "pnu_0123456789abcdefghij"
GUESSED = "pnu_guessed"

COMMANDS = {
    "apply": ("apply",),
    "gateway": ("gateway", "behind-a-token", "--url", "https://h.example", "--key-env", "RELEASE_KEY"),
    "gateway --delete": ("gateway", "behind-a-token", "--delete"),
    "gate": ("gate", "--release", "v1.97.0", "--key", "1729-1", "-p", 'suites=["single-request"]'),
}


@dataclass(frozen=True)
class Door:
    """The proxy: its server's API, and what was said there instead of the token."""

    api_url: str
    refused: list[str]


@pytest.fixture(scope="module")
def door(up: Up) -> Iterator[Door]:
    refused: list[str] = []
    with serve(proxy(up.api_url.removesuffix("/api"), AUTH, TOKEN, refused)) as served:
        yield Door(f"{served.url}/api", refused)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_let_in_with_the_token_and_shows_it_nowhere(
    door: Door, up: Up, run: Run, command: str
) -> None:
    door.refused.clear()
    ran = run(*COMMANDS[command], **up.said, PREFECT_API_URL=door.api_url, RELEASE_KEY=KEY, **{CLIENT_KEY: TOKEN})
    assert ran.returncode == 0, ran.stderr
    assert door.refused == []
    assert TOKEN not in ran.stdout + ran.stderr


@pytest.mark.parametrize(("said", "header"), [({}, ""), ({CLIENT_KEY: GUESSED}, f"Bearer {GUESSED}")])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_without_it_says_so_in_one_sentence(
    door: Door, run: Run, command: str, said: dict[str, str], header: str
) -> None:
    door.refused.clear()
    ran = run(*COMMANDS[command], PREFECT_API_URL=door.api_url, RELEASE_KEY=KEY, **said)
    assert ran.returncode == (4 if command == "gate" else 1)
    [sentence] = ran.stderr.splitlines()
    assert sentence == (
        f"The Prefect server at {door.api_url} lets nobody in without the right PREFECT_API_AUTH_STRING or "
        "PREFECT_API_KEY (401)."
    )
    assert set(door.refused) == {header}
