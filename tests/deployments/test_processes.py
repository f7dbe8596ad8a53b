"""Processes that are started are ended, whatever happens, and one folder has one observatory."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path

import pytest

from deployments.command_error import CommandError
from deployments.folder_lock import lock_folder
from deployments.interrupts import Interrupted, interruptible, sleep_interruptibly
from deployments.processes import Child, alive, descendants, end, running
from deployments.server import environment_for, free_port

SLEEPING = "import time; print('up', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPING}"
IN_ITS_OWN_SESSION = f"subprocess.Popen([sys.executable, '-c', {SLEEPING!r}], start_new_session=True)"
PARENT = f"import subprocess, sys; {IN_ITS_OWN_SESSION}; {SLEEPING}"

Start = Callable[..., AbstractContextManager[Child]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Run a Python program as a child."""

    def start(program: str, *descriptors: int) -> AbstractContextManager[Child]:
        (tmp_path / "program.py").write_text(program)
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        return running("program", ["program"], environment, tmp_path / "log", descriptors)

    return start


def wait_until_up(child: Child, times: int = 1) -> None:
    until = time.monotonic() + 10
    while child.log.read_text().count("up") < times:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_child_is_ended_when_the_block_fails(start: Start) -> None:
    with suppress(ZeroDivisionError), start(SLEEPING) as child:
        wait_until_up(child)
        child.check()
        _ = 1 / 0
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed(start: Start) -> None:
    with start(DEAF) as child:
        wait_until_up(child)
        end(child, grace=0.2)
        assert child.process.returncode == -signal.SIGKILL


def test_what_a_child_has_started_in_a_session_of_its_own_ends_with_it(start: Start) -> None:
    with start(PARENT) as child:
        wait_until_up(child, times=2)
        below = descendants(child.process.pid)
        assert len(below) == 1
    assert not alive(below)


def test_what_a_child_has_started_ends_also_when_the_child_was_killed(start: Start) -> None:
    with start(PARENT) as child:
        wait_until_up(child, times=2)
        child.check()
        child.process.kill()
        child.process.wait()
        assert alive(child.below) == child.below != set()
    assert not alive(child.below)


def test_a_child_that_ends_by_itself_is_told_with_its_last_words(start: Start) -> None:
    with start("import sys; print('the disk is full'); sys.exit(3)") as child:
        child.process.wait()
        with pytest.raises(CommandError, match=r"program ended by itself \(exit status 3\)(.|\n)*the disk is full"):
            child.check()


def test_a_port_that_is_taken_is_not_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)
    assert free_port(port) == port


def test_prefect_is_kept_to_our_server_and_our_folder_whatever_was_set(tmp_path: Path) -> None:
    before = {"PREFECT_API_KEY": "x", "PREFECT_API_URL": "https://elsewhere/api", "NO_PROXY": "intra", "PATH": "/bin"}
    environment = environment_for(tmp_path, "http://127.0.0.1:1", before)
    assert "PREFECT_API_KEY" not in environment
    assert environment["PREFECT_API_URL"] == "http://127.0.0.1:1/api"
    assert Path(environment["PREFECT_HOME"]).is_relative_to(tmp_path)
    assert environment["NO_PROXY"] == "intra,127.0.0.1,localhost"
    assert environment["DO_NOT_TRACK"] == "1"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_taken_where_one_rests_and_nowhere_else(number: signal.Signals) -> None:
    inherited = signal.signal(number, signal.default_int_handler)  # SIGHUP may be ignored, as under nohup
    before = signal.getsignal(number)
    with interruptible():
        sleep_interruptibly(0)
        signal.raise_signal(number)
        signal.raise_signal(number)  # somebody is impatient
        with pytest.raises(Interrupted):
            sleep_interruptibly(60)
    assert signal.getsignal(number) == before
    with interruptible():
        sleep_interruptibly(0)
    signal.signal(number, inherited)


def test_a_folder_has_one_observatory_at_a_time(tmp_path: Path) -> None:
    with (
        lock_folder(tmp_path),
        pytest.raises(CommandError, match=rf"runs here already.*kill {os.getpid()}"),
        lock_folder(tmp_path),
    ):
        pass
    with lock_folder(tmp_path):
        pass


def test_a_server_that_outlived_its_parent_holds_the_folder_and_is_named(tmp_path: Path, start: Start) -> None:
    with ExitStack() as others:
        with lock_folder(tmp_path) as hold:
            server = others.enter_context(start(SLEEPING, hold.descriptor))
            hold.note(server.process.pid)
        note = tmp_path / "lock"
        note.write_text(note.read_text().replace(str(os.getpid()), "999999999"))  # the parent was killed
        with pytest.raises(CommandError, match=rf"was killed.*kill {server.process.pid}$"), lock_folder(tmp_path):
            pass
    with lock_folder(tmp_path):
        pass
