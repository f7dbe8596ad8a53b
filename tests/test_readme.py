"""The README is complete and true: every name stands in it, and everything in it exists."""

import inspect
import os
import re
import shlex
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow

from deployments import auth as access
from deployments import settings
from deployments.__main__ import main
from deployments.commands import declared_parser
from deployments.gate.options import options_of
from litellm_observatory.core.gate.profiles import PROFILES
from litellm_observatory.orchestration.states import _STATES
from tests.observatory import shell_lines
from tests.orchestration.detected import DETECTED

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
TROUBLE = (ROOT / "docs/troubleshooting.md").read_text()


STANZAS = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


def flow_of(stanza: dict[str, Any]) -> Flow[Any, Any]:
    """The flow that a stanza of prefect.yaml deploys."""
    path, function = stanza["entrypoint"].split(":")
    flow: Flow[Any, Any] = getattr(import_module(path.removesuffix(".py").replace("/", ".")), function)
    return flow


def declared() -> list[str]:
    """Every deployment of prefect.yaml, as flow/deployment."""
    return [f"{flow_of(stanza).name}/{stanza['name']}" for stanza in STANZAS]


@pytest.mark.parametrize("deployment", declared())
def test_every_deployment_stands_in_it(deployment: str) -> None:
    assert f"| `{deployment}` |" in README


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_stands_in_it(profile: str) -> None:
    assert f"| `{profile}` | " in README


def test_every_parameter_stands_in_it_and_no_other() -> None:
    tests = [stanza for stanza in STANZAS if {"suite", "gate"} & set(stanza["tags"])]
    taken = {name for stanza in tests for name in inspect.signature(flow_of(stanza).fn).parameters}
    section = README.split("### Parameters")[1].split("###")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == taken


@pytest.mark.parametrize("variable", [*settings.KNOWN, settings.ENV_FILE])
def test_every_environment_variable_stands_in_it(variable: str) -> None:
    section = README.split("## Your own gateway")[1].split("\n#")[0]
    assert f"`{variable}`" in section


def test_the_table_of_faults_is_what_the_tests_detect() -> None:
    rows = README.split("<!-- every row is a test -->\n")[1].split("<!-- end of the rows -->")[0].splitlines()
    assert rows[2:] == [found.row for found in DETECTED]


def test_every_verdict_and_state_stands_in_it() -> None:
    for verdict, (_, state) in _STATES.items():
        assert f"| {verdict} | `{state}` |" in README


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake (\w+)", README)) - {"it"}))
def test_every_make_target_in_it_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"litellm-observatory (\w+) ", README))))
def test_every_command_of_deployments_in_it_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert command in capsys.readouterr().out


@pytest.mark.parametrize("line", re.findall(r"^ +\.venv/bin/litellm-observatory (.*)", TROUBLE, re.MULTILINE))
def test_every_command_that_helps_with_a_red_run_is_understood(line: str) -> None:
    assert declared_parser().parse_args(shlex.split(line)).command


def test_the_job_of_github_actions_calls_the_gate_as_it_takes_it() -> None:
    [job] = yaml.safe_load(README.split("```yaml\njobs:\n")[1].split("```")[0]).values()
    assert set(job["env"]) == {"PREFECT_API_URL", access.CLIENT_AUTH}
    [call] = [step["run"] for step in job["steps"] if "litellm-observatory gate" in step.get("run", "")]
    assert "${{" not in call  # GitHub would paste it into the script: the name of a tag may hold a command
    words = shlex.split(re.sub(r"\$GITHUB_\w+", "7", call).split("litellm-observatory ")[1])
    options = options_of(declared_parser().parse_args(words))
    assert (options.key, options.parameters) == ("gate-7-7-7", {"profile": "standard"})
    assert job["steps"][-1]["if"] == "always()"


def test_two_calls_of_curl_without_a_key_say_so_and_ask_nobody() -> None:
    """No server is there, which would be told otherwise."""
    said = {"PATH": os.environ["PATH"], "PREFECT_API_URL": "http://127.0.0.1:9/api", "RELEASE": "v1.90.0"}
    lines = "set -eo pipefail\n" + shell_lines("### Two calls of curl")
    ran = subprocess.run(["bash", "-c", lines], env=said, capture_output=True, text=True, timeout=60)
    assert ran.returncode != 0
    assert ran.stdout == ""
    assert re.fullmatch(r"bash: line \d+: KEY: say a key that is new for each new test\n", ran.stderr)


def test_every_make_target_stands_in_it_or_in_make_help() -> None:
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"demo", "up", "test", "lint", "field", "browser"} <= set(targets)
    for target in ("demo", "up", "test", "lint", "field", "browser"):
        assert f"make {target}" in README


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_code_in_it_stands_in_the_file_that_it_names(snippet: str) -> None:
    first, *lines = snippet.splitlines()
    source = (ROOT / first.removeprefix("# ")).read_text().splitlines()
    for line in lines:
        assert line in source or line == "...", line


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?!http)[^)]+)\)", README))))
def test_every_file_linked_in_it_exists(path: str) -> None:
    assert (ROOT / path).is_file()
