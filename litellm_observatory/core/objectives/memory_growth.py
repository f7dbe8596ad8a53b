"""Memory: how fast that of each of the gateway's processes grows under a steady load."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.growth import LEAST_READINGS, between_falls, growth, successors
from litellm_observatory.core.judging.intervals import CONFIDENCE
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import LONGEST_LISTED, clock, shorten
from litellm_observatory.core.wire.samples import Process

Readings = NDArray[np.void]
SEVERITY = (Status.MET, Status.UNDECIDED, Status.VIOLATED)
IN_WORDS = {Status.MET: "within the limit", Status.UNDECIDED: "undecided", Status.VIOLATED: "too fast"}


REMEDIES = {
    Status.MET: "",
    Status.UNDECIDED: "run longer",
    Status.VIOLATED: "hold the release back; a longer run shows whether it levels off",
}
UPDATE = "update LiteLLM to a release whose /debug/memory/summary has worker_pid and hostname"


class _Found(NamedTuple):
    """What the readings of one process say, and `what` of it in a few words; `slope` is in MB an hour."""

    status: Status
    said: str
    what: str
    slope: float = 0.0

    def severity(self) -> tuple[int, float]:
        """What is worse is more."""
        return SEVERITY.index(self.status), self.slope


@dataclass(frozen=True, slots=True)
class MemoryGrowth:
    """Memory (in MB) of no process grows by more than `limit` MB an hour, by a straight line through its readings.

    The bounds of the slope are one-sided with 95 % confidence each, the lower one's shared by all processes. It must
    be met for a pass where memory is reported. Readings that name no process prove nothing.
    """

    limit: float

    def judge(self, tally: Tally) -> Finding:
        """Violated when any process surely grows faster, met when surely none does, undecided between."""
        parts = tally.gauge.by_process()
        if not parts:
            silent = "memory: the gateway does not report it"
            return Finding("memory", Status.UNDECIDED, silent, brief=Brief(silent))
        unnamed = parts.get(None)
        named = {process: readings for process, readings in parts.items() if process}
        found = {process: self._found(readings, len(named)) for process, readings in named.items()}
        said = [*_of_processes(found), *_of_successors(named)]
        statuses = [each.status for each in found.values()]
        if unnamed is not None:
            said.append(_of_unnamed(unnamed))
            statuses.append(Status.UNDECIDED)
        status = max(statuses, key=SEVERITY.index)
        is_unnamed = unnamed is not None and status is Status.UNDECIDED
        worst = max(found.values(), key=_Found.severity, default=None)
        what = worst.what if worst and not is_unnamed else "memory: readings name no process"
        remedy = UPDATE if is_unnamed else REMEDIES[status]
        return Finding(
            "memory", status, f"memory: {'; '.join(said)}", required=True, brief=Brief(what), remedy=remedy
        )

    def _found(self, readings: Readings, processes: int) -> _Found:
        """What the readings of one of so many processes say; a lasting fall ends one series and begins another."""
        series = between_falls(readings)
        worst = max((self._of_series(part, processes) for part in series), key=_Found.severity)
        if len(series) == 1:
            return worst
        fell = _falls(series)
        if worst.status is Status.MET:
            return worst._replace(said=f"{fell}; between, it {worst.said}")
        back = "; it may have given memory back, so only a run without a fall decides"
        said = f"{fell}; between, it {worst.said}{back if worst.status is Status.VIOLATED else ''}"
        return worst._replace(status=Status.UNDECIDED, said=said)

    def _of_series(self, readings: Readings, processes: int) -> _Found:
        if len(readings) < LEAST_READINGS:
            times = "once" if len(readings) == 1 else f"{len(readings)} times"
            few = f"was read {times}, too rarely to judge its growth; {LEAST_READINGS} do: run longer"
            return _Found(Status.UNDECIDED, few, "memory was read too rarely to judge its growth")
        grown = growth(readings["at"], readings["value"], 1 - (1 - CONFIDENCE) / processes, CONFIDENCE)
        status = Status.UNDECIDED
        if grown.low > self.limit:
            status = Status.VIOLATED
        elif grown.high < self.limit:
            status = Status.MET
        bounds = f"95 % bounds {round(grown.low):,} and {round(grown.high):,}, limit {self.limit:,g}"
        said = (
            f"grew by {round(grown.slope):,} MB an hour ({bounds}), "
            f"from {readings['value'][0]:,.0f} MB to {readings['value'][-1]:,.0f} MB"
        )
        longer = "; a longer run is needed" if status is Status.UNDECIDED else ""
        sure = "may have grown" if status is Status.UNDECIDED else "grew"
        what = f"memory {sure} by {round(grown.slope):,} MB an hour (limit {self.limit:,g})"
        return _Found(status, said + longer, what, grown.slope)


def _of_processes(found: Mapping[Process, _Found]) -> list[str]:
    """The worst of the processes, and how many are so."""
    if len(found) < 2:
        return [only.said for only in found.values()]
    process, worst = max(found.items(), key=lambda item: item[1].severity())
    alike = sum(each.status is worst.status for each in found.values())
    return [f"{alike} of {len(found)} processes {IN_WORDS[worst.status]}: {_name(process)} {worst.said}"]


def _of_successors(parts: Mapping[Process, Readings]) -> list[str]:
    """The first process that replaced another, and how many more did."""
    came = successors({process: readings["at"] for process, readings in parts.items()})
    if not came:
        return []
    (new, old), *more = came.items()
    rest = f", and {len(more)} more" if more else ""
    when = clock(parts[new]["at"][0])
    return [f"{_name(new)} came at {when}, after the last of {_name(old)}{rest}: restarted or replaced"]


def _of_unnamed(readings: Readings) -> str:
    first, last = (f"{value:,.0f} MB" for value in readings["value"][[0, -1]])
    return (
        f"{len(readings)} readings from {first} to {last} name no process, and may be of several that hide one "
        f"another's growth; {UPDATE}"
    )


def _falls(series: list[Readings]) -> str:
    (before, after), *more = pairwise(series)
    rest = f", and {len(more)} times more" if more else ""
    held, left = before["value"][-1], after["value"][0]
    return f"fell from {held:,.0f} MB to {left:,.0f} MB at {clock(after['at'][0])}{rest}, as by a restart"


def _name(process: Process) -> str:
    return f"process {process.pid} on {shorten(process.host, most=LONGEST_LISTED)}"
