"""Who descends from a process: a worker's flow runs have sessions of their own and outlive it when it is killed."""

from collections.abc import Iterable

import psutil


def descendants(pid: int) -> set[psutil.Process]:
    """All processes below `pid` at this moment, itself left out; none where it has ended."""
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
