"""`litellm-observatory` as people run it."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from deployments.settings import ROOT
from tests.observatory import environment

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command of `litellm-observatory` to its end."""
    home = str(tmp_path_factory.mktemp("home"))

    def run(*arguments: str, **said: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deployments", *arguments]
        told = environment({"PREFECT_HOME": home, **said})
        return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=120)

    return run
