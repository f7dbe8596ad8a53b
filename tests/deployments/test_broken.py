"""A command that breaks before it can speak: of a gate, no verdict, and never the status of a gateway that failed."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from litellm_observatory.project import PROJECT
from tests.observatory import environment
from tests.timeouts import LONGEST_WAIT_SECONDS

SCRIPT = "import sys; from deployments.__main__ import main; sys.exit(main())"
"""What pip makes of the console script."""

MODULE, CONSOLE = ("-m", "deployments"), ("-c", SCRIPT)
GATE = ("gate", "--release", "v1")


def run(command: tuple[str, ...], *arguments: str, broken: Path | None = None) -> tuple[int, str]:
    path = os.pathsep.join(str(folder) for folder in (broken, PROJECT) if folder)
    said = environment({"PYTHONPATH": path, "PREFECT_API_URL": "http://127.0.0.1:9/api"})
    called = [sys.executable, *command, *arguments]
    ended = subprocess.run(
        called, cwd=PROJECT, env=said, capture_output=True, text=True, timeout=LONGEST_WAIT_SECONDS, check=False
    )
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("command", [MODULE, CONSOLE])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rich/__init__.py", ""),
        ("rich/__init__.py", "raise ImportError('libbroken.so: cannot open shared object file')"),
        ("pydantic.py", "def ("),
        ("httpx.py", "raise SystemExit(1)"),
        ("httpx.py", "raise ValueError('a profile that is broken')"),
        ("httpx.py", "class Odd(BaseException): ...\nraise Odd('odd')"),
        ("cyclopts.py", "raise RuntimeError('no options')"),
    ],
)
def test_a_gate_that_cannot_begin_has_no_verdict(
    command: tuple[str, ...], name: str, content: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    status, errors = run(command, *GATE, broken=tmp_path)
    assert status == 4, errors
    assert "SystemExit" in content or "The command broke, and there is no verdict: " in errors.splitlines()[-1]


def test_another_command_that_cannot_begin_fails(tmp_path: Path) -> None:
    (tmp_path / "rich.py").write_text("")
    assert run(MODULE, "apply", broken=tmp_path)[0] == 1


@pytest.mark.parametrize("command", [MODULE, CONSOLE])
def test_a_usage_that_is_wrong_before_the_word_gate_is_no_verdict_either(command: tuple[str, ...]) -> None:
    assert run(command, "--bogus", *GATE)[0] == 4


def test_what_broke_is_told_without_what_was_said(tmp_path: Path) -> None:
    (tmp_path / "httpx.py").write_text(
        "raise ValueError('1 error for Settings' + chr(10) + 'input_value=' + 'sk-' + 'x')"
    )
    status, errors = run(MODULE, *GATE, broken=tmp_path)
    assert status == 4
    assert errors.endswith("no verdict: ValueError: 1 error for Settings.\n")
    assert "sk-x" not in errors


def test_the_console_script_is_the_same_command() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["scripts"]
    assert declared == {"litellm-observatory": "deployments.__main__:main"}
