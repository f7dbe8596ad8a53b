"""A release pipeline that knows only the lines of docs/gate.md, before a good gateway and a bad one."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from litellm_observatory.project import PROJECT
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.serving import serve
from tests.deployments.conftest import Run
from tests.deployments.system.conftest import LET_IN
from tests.observatory import KEY, Up, shell_lines
from tests.timeouts import LONGEST_WAIT_SECONDS

QUICK = '["single-request"]'
"""Of the smoke profile what takes seconds."""

HELPER, CURL = ("gate.md", "## One call of a pipeline"), ("gate.md", "## Two calls of curl")
"""Where the lines stand."""

Script = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module")
def bad(up: Up, run: Run) -> Iterator[str]:
    """The name of a gateway whose answers are empty."""
    with serve(Gateway(["gpt-a"], KEY, faults=[Fault(FaultKind.EMPTY)])) as served:
        server = {"PREFECT_API_URL": up.api_url, **LET_IN}
        made = run("gateway", "bad", "--url", served.url, "--key-env", "RELEASE_KEY", RELEASE_KEY=KEY, **server)
        assert made.returncode == 0, made.stderr
        yield "bad"
        assert run("gateway", "bad", "--delete", **server).returncode == 0


@pytest.fixture
def script(up: Up, tmp_path: Path) -> Script:
    """A script of lines of the page, begun in the project's folder; what it writes goes to a folder of the test."""

    def script(lines: str, **said: str) -> subprocess.Popen[str]:
        server = {"PATH": os.environ["PATH"], "PREFECT_API_URL": up.api_url, "HOME": str(tmp_path), **LET_IN}
        for name in ("gate.xml", "gate.json", "gate.html"):
            lines = lines.replace(name, str(tmp_path / name))
        return subprocess.Popen(
            ["bash", "-c", lines],
            cwd=PROJECT,
            env={**server, "SUITES": QUICK, "KEY": "1729-1", **said},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return script


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit status, and what it said."""
    said, _ = process.communicate(timeout=LONGEST_WAIT_SECONDS)
    return process.returncode, said


def gates_of(up: Up, release: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = up.prefect.ask(
        "POST", "/flow_runs/filter", {"flows": {"name": {"any_": ["release-gate"]}}, "limit": 100}
    )
    return [gate for gate in found if gate["parameters"].get("release") == release]


@pytest.mark.night
def test_twelve_callers_at_once_get_one_gate_and_its_verdict(up: Up, script: Script) -> None:
    up.gateway.arm()
    callers = [script(shell_lines(*HELPER), RELEASE="v1.90.0") for _ in range(12)]
    statuses = [ended(caller)[0] for caller in callers]
    assert statuses == [0] * 12
    [gate] = gates_of(up, "v1.90.0")
    assert gate["state"]["name"] == "Completed"
    assert len(up.gateway.received) == 1


def test_every_way_to_call_a_gate_ends_by_its_verdict(script: Script, bad: str, tmp_path: Path) -> None:
    """All at once: the helper, the two calls of curl, and the one line for a person."""
    helper, curl = shell_lines(*HELPER), shell_lines(*CURL)
    section = (PROJECT / "docs" / "gate.md").read_text().split("## From a shell\n")[1].split("\n## ")[0]
    [line] = [line.strip() for line in section.splitlines() if line.startswith("    .venv/bin/litellm")]
    person = f"{line.replace('v1.90.0', '$RELEASE')} -p suites='{QUICK}' -p gateway=${{GATEWAY:-default}}"
    begun = [
        script(helper, RELEASE="v1.91.0", GATEWAY=bad),
        script(curl, RELEASE="v1.92.0"),
        script(curl, RELEASE="v1.92.1", GATEWAY=bad),
        script(person, RELEASE="v1.93.0"),
        script(person, RELEASE="v1.93.1", GATEWAY=bad),
    ]
    (helped, said), (good_curl, passed), (bad_curl, why), (good_one, one), (bad_one, other) = map(ended, begun)

    assert (helped, good_curl, bad_curl, good_one, bad_one) == (1, 0, 1, 0, 1), (said, why, one, other)
    assert "Failed: v1.91.0, single-request: 1 of 1 requests failed" in said
    # The last line, since curl says before it when it asks a busy server again.
    assert passed.splitlines()[-1] == (
        "COMPLETED Completed: Passed: v1.92.0, single-request passed, 1 requests; "
        "but the gateway reports 1.80.0-standin"
    )
    assert why.splitlines()[-1].startswith("FAILED Failed: Failed: v1.92.1, single-request: 1 of 1 requests failed")
    suite = ElementTree.parse(tmp_path / "gate.xml").find("testsuite")
    assert suite is not None
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (
        "release-gate v1.91.0",
        "3",
        "3",
    )  # the suite, its finding, its case
    result = json.loads((tmp_path / "gate.json").read_text())
    assert (result["verdict"], result["release"]) == ("failed", "v1.91.0")


def test_two_calls_of_curl_start_nothing_for_a_misspelt_parameter(up: Up, script: Script) -> None:
    lines = "set -eo pipefail\n" + shell_lines(*CURL)
    status, said = ended(script(lines, RELEASE="v1.94.0", SUITES=f'{QUICK}, "modles": []'))
    assert status != 0
    assert "409" in said
    assert gates_of(up, "v1.94.0") == []


@pytest.mark.night
def test_an_attempt_that_tested_another_gateway_gives_curl_no_verdict(script: Script, bad: str) -> None:
    lines = "set -eo pipefail\n" + shell_lines(*CURL)
    status, said = ended(script(lines, RELEASE="v1.92.0", GATEWAY=bad))
    assert status != 0
    assert "This key was used before with other parameters; give another KEY." in said


@pytest.mark.night
@pytest.mark.parametrize("more", [{"models": ["gpt-a"]}, {"slack": ""}])
def test_a_run_with_parameters_that_curl_did_not_ask_for_gives_it_no_verdict(
    up: Up, script: Script, more: dict[str, Any]
) -> None:
    release = f"v1.95.{len(more)}-{next(iter(more))}"
    parameters = {"release": release, "suites": ["single-request"], **more}
    up.prefect.start_run("release-gate/on-demand", parameters, f"gate-{release}-1729-1")
    lines = "set -eo pipefail\n" + shell_lines(*CURL)
    status, said = ended(script(lines, RELEASE=release))
    assert status != 0
    assert "This key was used before with other parameters; give another KEY." in said


@pytest.mark.night
def test_another_run_of_the_pipeline_tests_anew_and_the_same_one_is_told_that_it_has_ended(
    up: Up, script: Script
) -> None:
    helper, curl = shell_lines(*HELPER), shell_lines(*CURL)
    for key, gates in (("2-1", 1), ("2-1", 1), ("2-2", 2)):
        status, said = ended(script(helper, RELEASE="v1.96.0", KEY=key))
        assert (status, len(gates_of(up, "v1.96.0"))) == (0, gates)
    assert "An earlier gate: it ended" not in said
    for lines in (helper, curl):
        status, said = ended(script(lines, RELEASE="v1.96.0", KEY="2-1"))
        assert status == 0
        assert "An earlier gate: it ended" in said


@pytest.mark.night
def test_the_releases_stand_in_the_history_of_their_gateway(up: Up) -> None:
    good_one, bad_one = (
        up.prefect.ask("GET", f"/artifacts/releases-{name}/latest")["data"] for name in ("default", "bad")
    )
    assert all(release in good_one for release in ("v1.92.0", "v1.93.0", "v1.96.0"))
    assert all(release in bad_one for release in ("v1.91.0", "v1.92.1", "v1.93.1"))
    assert "v1.91.0" not in good_one
    assert "v1.92.0" not in bad_one
