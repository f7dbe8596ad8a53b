"""A gauge: what was read of the gateway itself beside the traffic, and which of its processes answered each time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.wire.samples import Process

ROWS = np.dtype([("at", np.float64), ("value", np.float64), ("process", np.int32)])
"""One row a reading; `at` in seconds after the run's start, `process` a position in the gauge's processes."""

UNNAMED = -1
"""The code of a reading that names no process."""


class Reading(NamedTuple):
    """A value, when it was read in seconds after the run's start, and the process that answered, if known."""

    at: float
    value: float
    process: Process | None = None


@dataclass(frozen=True, eq=False)
class Gauge:
    """Readings in the order of time, and the processes that gave them, sorted; any grouping merges to the same."""

    rows: NDArray[np.void] = field(default_factory=lambda: np.empty(0, ROWS))
    processes: tuple[Process, ...] = ()

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> "Gauge":
        """The gauge of these readings."""
        kept = list(readings)
        processes = tuple(sorted({reading.process for reading in kept if reading.process}))
        codes: dict[Process | None, int] = {process: code for code, process in enumerate(processes)}
        codes[None] = UNNAMED
        return cls(np.sort(np.array([(at, value, codes[process]) for at, value, process in kept], ROWS)), processes)

    @classmethod
    def merge(cls, gauges: Iterable["Gauge"]) -> "Gauge":
        """All gauges in one."""
        parts = list(gauges)
        processes = tuple(sorted({process for part in parts for process in part.processes}))
        codes = {process: code for code, process in enumerate(processes)}
        tables = [np.empty(0, ROWS), *(_recode(part, codes) for part in parts)]
        return cls(np.sort(np.concatenate(tables)), processes)

    def by_process(self) -> dict[Process | None, NDArray[np.void]]:
        """The readings of each process that gave any; under None those that name no process."""
        rows = self.rows[np.argsort(self.rows["process"], kind="stable")]
        codes, starts = np.unique(rows["process"], return_index=True)
        names = (None if code == UNNAMED else self.processes[code] for code in codes)
        return dict(zip(names, np.split(rows, starts[1:]), strict=False))


def _recode(gauge: Gauge, codes: dict[Process, int]) -> NDArray[np.void]:
    """The rows with other codes for their processes."""
    rows = gauge.rows.copy()
    table = np.array([*(codes[process] for process in gauge.processes), UNNAMED], np.int32)
    rows["process"] = table[rows["process"]]  # UNNAMED, -1, is the last of them
    return rows
