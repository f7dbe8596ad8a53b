"""Who descends from a process: a worker's flow runs have sessions of their own and outlive it when it is killed."""

import subprocess
from pathlib import Path
from typing import NamedTuple


class Kin(NamedTuple):
    """A process that descends from another; its start time tells it from a later one with the same id."""

    pid: int
    started: str


def descendants(pid: int) -> set[Kin]:
    """All processes below `pid` at this moment, itself left out."""
    table = _table()
    found: set[Kin] = set()
    parents = {pid}
    while parents:
        children = {Kin(child, started) for child, (parent, started) in table.items() if parent in parents}
        parents = {kin.pid for kin in children - found}
        found |= children
    return found


def alive(kin: set[Kin]) -> set[Kin]:
    """Those that still run."""
    if not kin:
        return set()
    table = _table()
    return {one for one in kin if one.pid in table and table[one.pid][1] == one.started}


def _table() -> dict[int, tuple[int, str]]:
    """Parent and start time of every process that is no zombie."""
    return _proc_table() if Path("/proc/self/stat").exists() else _ps_table()


def _proc_table() -> dict[int, tuple[int, str]]:
    table = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            if fields[0] != "Z":
                table[int(folder.name)] = (int(fields[1]), fields[19])
    return table


def _ps_table() -> dict[int, tuple[int, str]]:
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat=,lstart="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(None, 3) for line in listing.splitlines())
    return {int(pid): (int(parent), started) for pid, parent, state, started in rows if not state.startswith("Z")}
