"""An observatory whose server asks for an auth string: all works with it, and nothing without.

What a gateway's block can be told of is tested on it too.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from deployments.__main__ import main
from deployments.apply import apply
from deployments.auth import CLIENT_AUTH
from deployments.changes import Change, Notice
from deployments.command_error import CommandError
from deployments.settings import SERVER, read_settings
from tests.deployments.system.conftest import AUTH, PASSWORD
from tests.observatory import KEY, Up, shell_lines
from tests.prefect_api import Prefect, prefect_at
from tests.timeouts import LONGEST_WAIT_SECONDS

SECRET = "sk-of-a-release"
OPEN = ("/api/health", "/api/ready", "/", "/ui-settings", "/docs", "/redoc")
"""And /openapi.json, which takes the server seconds to make."""

LOCKED_OUT = "lets nobody in without the right PREFECT_API_AUTH_STRING or PREFECT_API_KEY (401)."

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def gateway(up: Up, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """`python -m deployments gateway`: its exit status and what it says; the key is in RELEASE_KEY."""
    monkeypatch.setenv("RELEASE_KEY", SECRET)

    def gateway(*arguments: str, auth: str = AUTH) -> tuple[int, str]:
        monkeypatch.setenv(SERVER, up.api_url)
        monkeypatch.setenv(CLIENT_AUTH, auth)
        status = main(["gateway", *arguments])
        captured = capsys.readouterr()
        server, _, said = captured.out.partition("\n")
        assert server == f"Prefect server: {up.api_url}"
        assert SECRET not in captured.out + captured.err
        return status, (said + captured.err).strip()

    return gateway


def block(prefect: Prefect, name: str) -> dict[str, Any]:
    path = f"/block_types/slug/litellm-gateway/block_documents/name/{name}?include_secrets=true"
    found: dict[str, Any] = prefect.ask("GET", path)
    return found


def test_whoever_does_not_say_it_is_refused_but_for_what_is_open(up: Up) -> None:
    base = up.api_url.removesuffix("/api")
    assert {path: httpx.get(base + path, trust_env=False).status_code for path in OPEN} == dict.fromkeys(OPEN, 200)
    for auth in (None, "observer:guessed"):
        with pytest.raises(CommandError, match=r"lets nobody in.*\(401\)"):
            prefect_at(up.api_url, auth).ask("GET", "/version")
    assert prefect_at(up.api_url, AUTH).ask("GET", "/version")


def test_apply_without_it_changes_nothing_and_says_so_in_one_sentence(up: Up) -> None:
    changes: list[Change | Notice] = []
    with pytest.raises(CommandError) as told:
        apply(read_settings(up.said), {SERVER: up.api_url}, changes.append)
    assert str(told.value) == f"The Prefect server at {up.api_url} {LOCKED_OUT}"
    assert changes == []


def test_another_web_page_in_the_same_browser_may_read_nothing(up: Up) -> None:
    for origin, allowed in (("https://elsewhere.example", None), (up.api_url.removesuffix("/api"),) * 2):
        answer = httpx.get(f"{up.api_url}/health", headers={"Origin": origin or ""}, trust_env=False)
        assert answer.headers.get("access-control-allow-origin") == allowed


def test_a_gateway_comes_is_renewed_under_its_id_and_goes(up: Up, gateway: Command) -> None:
    def change(*arguments: str) -> str:
        """What became of the block; what is said after it is that nothing answers there."""
        status, said = gateway("release-1", *arguments)
        changed, notice = said.splitlines()
        assert status == 0
        assert re.fullmatch(r"gateway   gateway 'release-1' at http://127\.0\.0\.1:[12] cannot be reached .*", notice)
        return changed

    keyed = ("--url", "http://127.0.0.1:1/", "--key-env", "RELEASE_KEY")
    hosts = ("--allow", "a.example.com", "--allow", "*.b.example.com")
    assert change(*keyed, *hosts) == "created   LiteLLM Gateway block release-1"
    first = block(up.prefect, "release-1")
    assert change(*keyed) == "unchanged LiteLLM Gateway block release-1"
    moved = ("--url", "http://127.0.0.1:2", "--key-env", "RELEASE_KEY")
    assert change(*moved) == "changed   LiteLLM Gateway block release-1 (url)"
    renewed = block(up.prefect, "release-1")
    assert renewed["id"] == first["id"]
    assert renewed["data"] == {
        "url": "http://127.0.0.1:2",
        "api_key": SECRET,
        "allowed_hosts": ["a.example.com", "*.b.example.com"],
    }
    assert change(*moved, "--allow", "") == "changed   LiteLLM Gateway block release-1 (allowed_hosts)"
    assert gateway("release-1", "--delete") == (0, "deleted   LiteLLM Gateway block release-1")
    assert gateway("release-1", "--delete") == (
        1,
        "There is no LiteLLM Gateway block 'release-1'; there are: default.",
    )


def test_a_gateway_that_comes_is_introduced_and_switches_no_night_on(
    up: Up, gateway: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_KEY", KEY)
    keyed = ("--url", up.said["LITELLM_GATEWAY_URL"], "--key-env", "DEFAULT_KEY", "--allow", "release.example.com")
    gateway("default", "--delete")
    assert gateway("default", *keyed) == (
        0,
        "created   LiteLLM Gateway block default\n"
        "gateway   default is LiteLLM 1.80.0-standin: 1 chat model, no embedding models; MCP servers: none",
    )
    night = up.prefect.ask("GET", "/deployments/name/release-gate/nightly")
    assert not night["schedules"][0]["active"]


def test_a_gateway_is_not_touched_without_the_auth_string(up: Up, gateway: Command) -> None:
    for arguments in (("default", "--url", "https://h.example", "--key-env", "RELEASE_KEY"), ("default", "--delete")):
        status, said = gateway(*arguments, auth="observer:guessed")
        assert (status, said) == (1, f"The Prefect server at {up.api_url} {LOCKED_OUT}")
    assert block(up.prefect, "default")["data"]["url"] == up.said["LITELLM_GATEWAY_URL"]


def test_the_shell_lines_of_ephemeral_gateways_work_as_written(up: Up) -> None:
    created, lines = shell_lines("operations.md", "## Ephemeral gateways").split("# renew")
    renewed, deleted = lines.split("# delete")
    show = '\nask "$API/block_documents/$BLOCK?include_secrets=true"; echo\n'
    script = f"set -e\n{created}{show}RELEASE_KEY=sk-rotated\n#{renewed}{show}#{deleted}"
    said = {
        "PATH": os.environ["PATH"],
        "PREFECT_API_URL": up.api_url,
        CLIENT_AUTH: AUTH,
        "RELEASE_URL": "https://release-1-90.example.com",
        "RELEASE_KEY": SECRET,
    }
    ran = subprocess.run(
        ["bash", "-c", script], env=said, capture_output=True, text=True, timeout=LONGEST_WAIT_SECONDS
    )
    assert ran.returncode == 0, ran.stderr
    first, second = (json.loads(line) for line in ran.stdout.splitlines())
    assert first["data"] == {"url": said["RELEASE_URL"], "api_key": SECRET}
    assert second["data"] == first["data"] | {"api_key": "sk-rotated"}
    assert second["name"] == "release-1-90"
    with pytest.raises(CommandError, match="404"):
        block(up.prefect, "release-1-90")


def test_the_auth_string_is_told_nobody_and_kept_nowhere(up: Up) -> None:
    """But for running processes: their environment, and the file into which a worker writes a run's."""
    kept = [path for path in up.folder.rglob("*") if path.is_file() and "temporary" not in path.parts]
    assert PASSWORD not in up.output
    assert [path.name for path in kept if PASSWORD.encode() in path.read_bytes()] == []
    assert PASSWORD not in repr(up.prefect)
    assert CLIENT_AUTH in up.output
