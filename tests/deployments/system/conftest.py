"""One observatory for all that is tested on a real one. Its server asks for an auth string."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.auth import CLIENT_AUTH, SERVER_AUTH
from tests.observatory import Up, brought_up
from tests.outside import build_wheel, install

PASSWORD = "a-password-that-nobody-guesses"
AUTH = f"observer:{PASSWORD}"
LET_IN = {CLIENT_AUTH: AUTH}
"""What a caller's environment says."""


@pytest.fixture(scope="package")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which our wheel is installed."""
    folder = tmp_path_factory.mktemp("installed")
    return install(build_wheel(folder), folder / "venv")


@pytest.fixture(scope="package")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """An observatory for a stand-in gateway and a stand-in Slack; the last test ends it."""
    with brought_up(tmp_path_factory.mktemp("observatory"), more={SERVER_AUTH: AUTH}) as running:
        yield running
