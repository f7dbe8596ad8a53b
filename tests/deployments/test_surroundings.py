"""Every command takes the same variables from the same places, and says which file and which server it took."""

import os
from base64 import b64encode
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.auth import CLIENT_AUTH, CLIENT_KEY
from deployments.command_error import CommandError
from deployments.settings import ENV_FILE, SERVER, UP_SERVER
from deployments.surroundings import find_server, look_around
from litellm_observatory.project import PROJECT
from tests.deployments.conftest import Guarded, Run

SECRET = "a-password-that-nobody-guesses"


def test_dotenv_fills_what_the_environment_leaves_open_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LITELLM_API_KEY=from-file\nSLACK_WEBHOOK_URL=https://file\nMAX_CONCURRENT_TESTS=\nPATH=/file\n")
    found = look_around({"LITELLM_API_KEY": "real", "SLACK_WEBHOOK_URL": " ", "PATH": "/bin"}, tmp_path)
    assert found.variables == {"LITELLM_API_KEY": "real", "SLACK_WEBHOOK_URL": "https://file", "PATH": "/bin"}
    assert found.notes == (f"From {os.path.relpath(file)}: SLACK_WEBHOOK_URL",)


def test_a_key_in_dotenv_is_taken_as_it_stands_and_shown_nowhere(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LITELLM_API_KEY=sk-${HOME}-$1-${nobody:-x}\nRELEASE_KEY=sk-of-a-release\n")
    found = look_around({}, tmp_path, "RELEASE_KEY")
    assert found.variables == {"LITELLM_API_KEY": "sk-${HOME}-$1-${nobody:-x}", "RELEASE_KEY": "sk-of-a-release"}
    assert "sk-" not in f"{found!r}{found.notes}"


def test_a_file_may_be_named_instead_and_must_be_there(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MAX_CONCURRENT_TESTS=1\n")
    (tmp_path / "staging.env").write_text("MAX_CONCURRENT_TESTS=2\n")
    assert look_around({ENV_FILE: "staging.env"}, tmp_path).variables["MAX_CONCURRENT_TESTS"] == "2"
    assert "MAX_CONCURRENT_TESTS" not in look_around({ENV_FILE: os.devnull}, tmp_path).variables
    with pytest.raises(
        CommandError, match=r"OBSERVATORY_ENV_FILE names absent\.env, which is not there; name a file"
    ):
        look_around({ENV_FILE: "absent.env"}, tmp_path)


def test_the_server_is_the_one_that_the_environment_names_then_dotenv_then_that_of_make_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deployments.surroundings.UP_FOLDER", tmp_path)
    (tmp_path / ".env").write_text("PREFECT_API_URL=https://file.example.com/api\n")
    said = {"PREFECT_API_URL": f"https://me:{SECRET}@prefect.example.com/api"}
    named = find_server(look_around(said, tmp_path))
    assert named.variables == said
    assert named.notes == ("Prefect server: https://prefect.example.com/api",)
    filed = find_server(look_around({}, tmp_path))
    assert filed.variables["PREFECT_API_URL"] == "https://file.example.com/api"
    assert filed.notes[0].endswith(".env: PREFECT_API_URL")
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        local = find_server(look_around({ENV_FILE: os.devnull}, tmp_path))
        (tmp_path / UP_SERVER).write_text("http://127.0.0.1:46217/api")
        elsewhere = find_server(look_around({ENV_FILE: os.devnull}, tmp_path))
    assert elsewhere.variables["PREFECT_API_URL"] == "http://127.0.0.1:46217/api"
    assert elsewhere.notes == (
        "Prefect server: http://127.0.0.1:46217/api (that of make up: PREFECT_API_URL is not set)",
    )
    assert local.variables["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert local.notes == (
        "Prefect server: http://127.0.0.1:4200/api (PREFECT_API_URL is not set, and make up does not run here)",
    )


COMMANDS = {
    "apply": ("apply",),
    "gateway": ("gateway", "default", "--delete"),
    "run": ("run", "single-request"),
    "gate": ("gate", "--release", "v1"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_server_and_password_from_the_file_and_says_so(
    run: Run, tmp_path: Path, guarded: Guarded, command: str
) -> None:
    file = tmp_path / "shared.env"
    file.write_text(f"PREFECT_API_URL={guarded.url}\nPREFECT_API_AUTH_STRING=me:{SECRET}\n")
    ended = run(*COMMANDS[command], **{ENV_FILE: str(file)})
    assert ended.stdout.splitlines() == [
        f"From {os.path.relpath(file, PROJECT)}: {SERVER}, {CLIENT_AUTH}",
        f"Prefect server: {guarded.url}",
    ]
    assert f"The Prefect server at {guarded.url} lets nobody in without the right {CLIENT_AUTH}" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert ended.returncode == (4 if command in ("run", "gate") else 1)
    assert set(guarded.said) == {f"Basic {b64encode(f'me:{SECRET}'.encode()).decode()}"}
    assert SECRET not in ended.stdout + ended.stderr


def test_a_server_that_prefects_profile_names_is_asked_too(run: Run, tmp_path: Path, guarded: Guarded) -> None:
    profile = f'active = "shared"\n[profiles.shared]\n{SERVER} = "{guarded.url}"\n{CLIENT_KEY} = "pnu_{SECRET}"\n'
    (tmp_path / "profiles.toml").write_text(profile)
    ended = run("run", "single-request", PREFECT_HOME=str(tmp_path))
    assert ended.stdout == f"Prefect server: {guarded.url} (of Prefect's profile)\n"
    assert set(guarded.said) == {f"Bearer pnu_{SECRET}"}
    assert SECRET not in ended.stdout + ended.stderr
