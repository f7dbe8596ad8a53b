"""A suite from outside: docs/writing-a-suite.md, done by somebody who has our wheel, and no checkout."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from litellm_observatory.standin.gateway.app import Gateway
from tests.observatory import KEY, Up, brought_up, environment
from tests.outside import COMMANDS, typed, write_repository

APPLY, RUN, GATE_BY_NAME, GATE_BY_PROFILE = COMMANDS

pytestmark = pytest.mark.night


@dataclass(frozen=True)
class Outside:
    """Somebody's repository and environment, and the observatory that he has brought up there."""

    repository: Path
    programs: Path
    up: Up

    def types(self, command: str) -> tuple[int, str]:
        """The exit status of a command, and all that it says."""
        said = environment({"PREFECT_API_URL": self.up.api_url, "HOME": str(self.repository)})
        ended = typed(command, self.programs, self.repository, said)
        return ended.returncode, ended.stdout + ended.stderr

    def result(self, file: str) -> Any:
        """What a gate wrote."""
        return json.loads((self.repository / file).read_text())


@pytest.fixture(scope="module")
def outside(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """The page's repository, deployed."""
    folder = tmp_path_factory.mktemp("outside")
    repository = folder / "repository"
    write_repository(repository)
    gateway = Gateway(["gpt-a"], KEY, version="1.90.0")
    observatory = (str(programs / "litellm-observatory"),)
    with brought_up(folder / "data", gateway, observatory=observatory, cwd=repository) as up:
        here = Outside(repository, programs, up)
        status, said = here.types(APPLY)
        assert status == 0, said
        assert {line for line in said.splitlines() if line.startswith("created")} == {
            "created   deployment polite/on-demand",
            "created   deployment release-gate/polite",
        }
        yield here


def test_a_suite_of_ones_own_runs_and_is_judged_by_its_own_check_and_objective(outside: Outside) -> None:
    status, said = outside.types(RUN)
    assert status == 0, said
    assert "Passed: 0 of 360 requests failed" in said
    outside.up.gateway.latency_seconds = 11.0
    try:
        status, said = outside.types(f"{RUN} -p duration_hours=0.0005")
    finally:
        outside.up.gateway.latency_seconds = 0.0
    assert status == 1, said
    assert re.search(r"the slowest answer took 1[1-9]\.\d s \(limit 10 s\)", said)


def test_the_gate_runs_it_by_its_name_and_by_a_profile_of_ones_own(outside: Outside) -> None:
    """Both at once: the suite, which both ask, runs once."""
    with ThreadPoolExecutor(2) as pool:
        gates = pool.map(outside.types, (f"{GATE_BY_NAME} --json named.json", f"{GATE_BY_PROFILE} --json own.json"))
        for status, said in gates:
            assert status == 0, said
    named, own = outside.result("named.json"), outside.result("own.json")
    assert [suite["suite"] for suite in named["suites"]] == ["polite"]
    assert [suite["suite"] for suite in own["suites"]] == ["single-request", "polite"]
    assert {suite["verdict"] for suite in named["suites"] + own["suites"]} == {"passed"}
    assert named["suites"][0]["figures"]["requests"] == 360  # as its own stanza says, not the profile


def test_what_it_takes_is_known_before_it_runs(outside: Outside) -> None:
    status, said = outside.types(f"{GATE_BY_PROFILE} --dry-run")
    assert status == 0, said
    assert re.search(r"polite +360 .* 1 min", said)
    assert "not known" not in said
