"""Processes that we start: each in a session of its own, its output in a file, ended by its id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deployments.command_error import CommandError
from deployments.kin import Kin, alive, descendants
from deployments.settings import ROOT

GRACE_SECONDS = 10.0
"""How long a process may take to end when it is asked to, before it is killed."""

LAST_LINES = 15


@dataclass(slots=True)
class Child:
    """A process that we started; `kin` are the processes seen below it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    kin: set[Kin] = field(default_factory=set)

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
        self.kin = alive(self.kin) | descendants(self.process.pid)

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
            cwd=ROOT,
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
    child.kin |= descendants(child.process.pid)
    if child.runs:
        child.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(grace)
    if child.runs:
        child.process.kill()
    child.process.wait()
    _end_kin(child.kin, grace / 2)


def _end_kin(kin: set[Kin], grace: float) -> None:
    until = time.monotonic() + grace
    _signal(alive(kin), signal.SIGTERM)
    while (left := alive(kin)) and time.monotonic() < until:
        time.sleep(0.1)
    _signal(left, signal.SIGKILL)


def _signal(kin: set[Kin], number: signal.Signals) -> None:
    for one in kin:
        with suppress(ProcessLookupError):
            os.kill(one.pid, number)
