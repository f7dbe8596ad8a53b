"""One observatory per folder: two servers on one database would undo each other's work."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from deployments.command_error import CommandError


@dataclass(frozen=True, slots=True)
class FolderLock:
    """A held folder. Processes that inherit `descriptor` hold it too: a server may outlive a killed parent."""

    descriptor: int
    _file: TextIO

    def note(self, *pids: int) -> None:
        """Write down who holds the folder, this process first."""
        self._file.truncate(0)
        print(os.getpid(), *pids, file=self._file, flush=True)


@contextmanager
def lock_folder(folder: Path) -> Iterator[FolderLock]:
    """Lock a folder while the block lasts. Raises CommandError when somebody else does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandError(_describe_holder([int(pid) for pid in file.read().split()])) from None
        lock = FolderLock(file.fileno(), file)
        lock.note()
        yield lock


def _describe_holder(pids: list[int]) -> str:
    first, *others = pids or [0]
    if _runs(first):
        return f"An observatory runs here already; end it with Ctrl-C in its terminal, or with: kill {first}"
    left = " ".join(str(pid) for pid in others if _runs(pid))
    return f"An observatory that ran here was killed and left its server or worker behind; end them with: kill {left}"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return pid > 0
