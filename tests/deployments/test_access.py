"""The auth string as people say it: taken where a server takes it, refused in one sentence where it would not."""

from pathlib import Path

import pytest

from deployments.auth import CLIENT_AUTH, SERVER_AUTH, read_auth
from deployments.command_error import CommandError
from deployments.server import environment_for
from deployments.surroundings import look_around

AUTH = "observer:a-password-that-nobody-guesses"


@pytest.mark.parametrize("auth", ["observers", ":secret", "observers:", "observer:pass secret", "observer:sécret"])
def test_an_auth_string_that_somebody_could_not_say_is_refused_without_showing_it(auth: str) -> None:
    with pytest.raises(CommandError, match="PREFECT_SERVER_API_AUTH_STRING must look like user:password") as told:
        read_auth({SERVER_AUTH: auth})
    assert "secret" not in str(told.value)
    assert "observer" not in str(told.value)


def test_an_auth_string_in_dotenv_holds_as_one_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{SERVER_AUTH}={AUTH}\n")
    told = look_around({}, tmp_path).variables
    assert environment_for(tmp_path, "http://127.0.0.1:1", told)[CLIENT_AUTH] == AUTH
    assert look_around({SERVER_AUTH: "real:one"}, tmp_path).variables[SERVER_AUTH] == "real:one"
    file.write_text(f"{SERVER_AUTH}=\n")
    assert look_around({SERVER_AUTH: AUTH}, tmp_path).variables[SERVER_AUTH] == AUTH
    with pytest.raises(CommandError, match=r"PREFECT_SERVER_API_AUTH_STRING is empty in .*\.env"):
        look_around({}, tmp_path)


def test_an_observatory_without_an_auth_string_has_none(tmp_path: Path) -> None:
    said = environment_for(tmp_path, "http://127.0.0.1:1", {SERVER_AUTH: " ", CLIENT_AUTH: AUTH})
    assert CLIENT_AUTH not in said
