"""Processes that we start: each in a session of its own, its output in a file, ended by its id."""

import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deployments.command_error import CommandError
from litellm_observatory.project import PROJECT

GRACE_SECONDS = 10.0
"""How long a process may take to end when it is asked to, before it is killed."""

LAST_LINES = 15


def descendants(pid: int) -> set[psutil.Process]:
    """All processes below `pid` at this moment, itself left out; none where it has ended.

    A worker's flow runs have sessions of their own, and outlive it when it is killed.
    """
    try:
        return set(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return set()


def alive(processes: Iterable[psutil.Process]) -> set[psutil.Process]:
    """Those that still run; psutil tells them from later ones with the same id. Zombies have ended."""
    return {process for process in processes if _runs(process)}


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass(slots=True)
class Child:
    """A process that we started; `below` are the processes seen below it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    below: set[psutil.Process] = field(default_factory=set)

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def check(self) -> None:
        """Raise CommandError, with its last lines, when it has ended by itself."""
        if not self.runs:
            raise CommandError(
                f"The {self.name} ended by itself ({self._end()}); {self.log} ends with:\n{self.last_lines()}"
            )
        self.below = alive(self.below) | descendants(self.process.pid)

    def _end(self) -> str:
        status = self.process.returncode
        return f"killed by signal {-status}" if status < 0 else f"exit status {status}"

    def last_lines(self) -> str:
        """The end of its output."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return "\n".join(f"  {line}" for line in lines[-LAST_LINES:]) or "  (nothing)"


@contextmanager
def running(
    name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path, keep_open: Sequence[int] = ()
) -> Iterator[Child]:
    """A `python -m …` of the project while the block lasts; `keep_open` are file descriptors that it inherits."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=PROJECT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a terminal's Ctrl-C reaches us alone, and we end the others in order
            pass_fds=keep_open,
        )
    child = Child(name, process, log)
    try:
        yield child
    finally:
        end(child)


def end(child: Child, grace: float = GRACE_SECONDS) -> None:
    """End a process and everything below it: asked first, killed after `grace` seconds."""
    child.below |= descendants(child.process.pid)
    if child.runs:
        child.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(grace)
    if child.runs:
        child.process.kill()
    child.process.wait()
    _end_all(child.below, grace / 2)


def _end_all(processes: set[psutil.Process], grace: float) -> None:
    _signal(alive(processes), signal.SIGTERM)
    _, left = psutil.wait_procs(alive(processes), timeout=grace)
    _signal(left, signal.SIGKILL)


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
