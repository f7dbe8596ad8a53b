"""A person runs a suite from a shell, and watches it: on a terminal, through a pipe, and after Ctrl-C."""

import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from deployments.settings import ENV_FILE
from litellm_observatory.project import PROJECT
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.chaos.waiting import until
from tests.deployments.system.conftest import LET_IN
from tests.observatory import Up
from tests.timeouts import LONGEST_WAIT_SECONDS

SUITE = ("run", "oai-azure-release")
FAILURE = "gpt-a: server_error: 500: "


@pytest.fixture
def said(up: Up, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the environment says: a file is where the server is named."""
    file = tmp_path / "observatory.env"
    file.write_text(f"PREFECT_API_URL={up.api_url}\n")
    up.gateway.arm([Fault(FaultKind.STATUS)])
    yield {"PATH": os.environ["PATH"], "HOME": str(tmp_path), ENV_FILE: str(file), "COLUMNS": "200", **LET_IN}
    up.gateway.arm()


def begun(said: dict[str, str], *more: str, output: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """The command, as it is typed in the project's folder."""
    command = [str(PROJECT / ".venv/bin/litellm-observatory"), *SUITE, *more]
    return subprocess.Popen(command, cwd=PROJECT, env=said, stdout=output, stderr=subprocess.STDOUT)


class Shown:
    """What a command shows on a terminal or through a pipe, as it comes."""

    def __init__(self, output: int) -> None:
        self._bytes = b""
        self._reader = Thread(target=self._read, args=(output,), daemon=True)
        self._reader.start()

    def __str__(self) -> str:
        return self._bytes.decode(errors="replace")

    def whole(self) -> str:
        """All of it, once whoever shows it is gone."""
        self._reader.join(LONGEST_WAIT_SECONDS)
        assert not self._reader.is_alive(), str(self)
        return str(self)

    def _read(self, output: int) -> None:
        with suppress(OSError):  # so Linux says that nobody has the other side of a terminal open
            while piece := os.read(output, 65536):
                self._bytes += piece


def test_two_who_run_the_same_watch_one_run_and_get_its_verdict(up: Up, said: dict[str, str]) -> None:
    """A few requests fail; once both have been told so all do, which ends the run."""
    up.gateway.arm([Fault(FaultKind.STATUS, count=5)])
    terminal, other_side = pty.openpty()
    whole = ("-p", "duration_hours=0.05", "-p", "request_interval_seconds=0.1")
    piped = begun(said, *whole)
    typed = begun({**said, "TERM": "xterm"}, *whole, output=other_side)
    os.close(other_side)
    assert piped.stdout
    watched = Shown(piped.stdout.fileno()), Shown(terminal)
    progress = re.compile(rf"\d %, 0:\d\d:\d\d of 0:03:00, [\d,]+ of 1,800 requests, [1-9]\d* failed: {FAILURE}")
    until(lambda: all(progress.search(str(shown)) for shown in watched), "progress on both", LONGEST_WAIT_SECONDS)
    up.gateway.arm([Fault(FaultKind.STATUS)])
    lines, shown = (shown.whole() for shown in watched)
    os.close(terminal)
    assert (piped.wait(LONGEST_WAIT_SECONDS), typed.wait(LONGEST_WAIT_SECONDS)) == (1, 1), lines + shown

    for output in (lines, shown):
        assert f"Prefect server: {up.api_url}" in output
        assert re.search(r"gpt-a +[\d,]+ +[\d,]+ +[\d.]+ %", output)
        assert "Failed: " in output
    assert "━" in shown
    assert "━" not in lines
    assert (lines + shown).count("tests the same already; its verdict counts for both") == 1
    runs = {re.findall(r"/runs/flow-run/([0-9a-f-]{36})", output)[-1] for output in (lines, shown)}
    assert len(runs) == 1
    [reports] = {
        re.findall(r"report: \S+/artifacts/artifact/([0-9a-f-]{36})", output)[-1] for output in (lines, shown)
    }
    report = up.prefect.ask("GET", f"/artifacts/{reports}")
    assert (report["key"], report["flow_run_id"]) == ("oai-azure-release-report", runs.pop())


@pytest.mark.night
def test_after_ctrl_c_the_run_goes_on_and_the_same_command_follows_it_again(up: Up, said: dict[str, str]) -> None:
    long = ("-p", "duration_hours=1", "-p", "request_interval_seconds=0.2", "-p", "stop_early=false")
    first = begun(said, *long)
    assert first.stdout
    for line in first.stdout:
        if b" requests, " in line:
            break
    first.send_signal(signal.SIGINT)
    rest = first.communicate(timeout=LONGEST_WAIT_SECONDS)[0].decode()
    assert first.returncode == 130, rest
    found = re.search(r"Interrupted; the run goes on: \S+/runs/flow-run/(\S+)\n", rest)
    assert found
    [run] = [run for run in up.prefect.runs_to_end() if run.id == found[1]]

    again = begun(said, *long)
    assert again.stdout
    told = b""
    for line in again.stdout:
        told += line
        if b" requests, " in line:
            break
    assert run.name.encode() in told
    up.prefect.cancel(run, why="the test has seen enough")
    output = again.communicate(timeout=LONGEST_WAIT_SECONDS)[0].decode()
    assert (again.returncode, "Cancelled" in output) == (4, True), output
