"""`make demo`, shortened."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from deployments.processes import alive, descendants
from litellm_observatory.project import PROJECT
from tests.observatory import CHECKOUT, environment

pytestmark = pytest.mark.night


def test_the_demo_shows_two_verdicts_and_leaves_nothing_running() -> None:
    shows_two_verdicts_and_leaves_nothing_running(CHECKOUT, PROJECT)


def test_a_wheel_shows_it_in_any_folder(programs: Path, tmp_path: Path) -> None:
    shows_two_verdicts_and_leaves_nothing_running([str(programs / "litellm-observatory")], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".observatory"]


def shows_two_verdicts_and_leaves_nothing_running(observatory: Sequence[str], folder: Path) -> None:
    """Run the demo of an observatory in a folder."""
    command = [*observatory, "demo", "--soak-seconds", "15"]
    below: set[psutil.Process] = set()
    with subprocess.Popen(command, cwd=folder, env=environment({}), stdout=subprocess.PIPE, text=True) as demo:
        while demo.poll() is None:
            below |= descendants(demo.pid)
            time.sleep(0.5)
        output, _ = demo.communicate()
    assert demo.returncode == 0, output
    assert "[Completed] Passed: 2 of 2 requests passed" in output
    assert "[Completed] Passed: 0 of 400 requests failed" in output
    assert output.count("Slack was notified:") == 2
    assert "│ Failure rate: 0 %" in output
    assert len(below) >= 6  # gateway, Slack, server, worker and a process for each run
    assert not alive(below)
