"""Gateways of many processes made up: how often a leak in one is found, and how often a healthy one is accused."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.gauge import Reading
from litellm_observatory.core.judging.growth import growth
from litellm_observatory.core.judging.intervals import CONFIDENCE
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.load.send_window import GAUGED_PER_WINDOW
from litellm_observatory.core.objectives.memory_growth import MemoryGrowth
from litellm_observatory.core.wire.samples import Process
from suites.memory_and_overhead import memory_and_overhead

SEED = 20_260_102
SUITE = memory_and_overhead()
"""One hour, 100 MB an hour: the suite as it ships."""

PROCESSES = (1, 2, 4, 8, 16)
LEAK = 600.0
"""MB an hour, of one of the processes."""

NOISE = 8.0
"""MB by which a reading scatters, two percent of what a fresh LiteLLM holds; its neighbours resemble it."""

UNEVEN = 2.0
"""Shape of a gamma distribution: about so unevenly four workers of a real LiteLLM answered (0.10 to 0.58 each)."""


@dataclass(frozen=True)
class Watched:
    """How many of `runs` ended so, of gateways of so many `processes` with a `leak` (MB an hour) in one of them."""

    processes: int
    uneven: bool
    leak: float
    runs: int
    failed: int
    passed: int
    passed_as_one: int
    """By one straight line through all readings, whosever they are."""


def watch(processes: int, runs: int, *, uneven: bool, leak: float) -> Watched:
    """Judge so many runs, each of one gateway."""
    objective = next(each for each in SUITE.objectives if isinstance(each, MemoryGrowth))
    failed = passed = as_one = 0
    for number in range(runs):
        random = np.random.default_rng([SEED, number, processes, uneven, int(leak)])
        readings = _readings(random, processes, uneven=uneven, leak=leak)
        tally = Tally.of(("gpt-a",), gauge=readings)
        status = objective.judge(tally).status
        failed += status is Status.VIOLATED
        passed += status is Status.MET
        mixed = growth(tally.gauge.rows["at"], tally.gauge.rows["value"], CONFIDENCE, CONFIDENCE)
        as_one += mixed.high < objective.limit
    return Watched(processes, uneven, leak, runs, failed, passed, as_one)


def _readings(random: np.random.Generator, processes: int, *, uneven: bool, leak: float) -> list[Reading]:
    """An hour's readings, each of the process that happens to answer; every one holds a different amount."""
    per_window = SUITE.traffic(("gpt-a",)).windows[0]
    every = (per_window.end - per_window.start) / GAUGED_PER_WINDOW
    at = np.arange(0, SUITE.duration_seconds, every)
    shares = random.gamma(UNEVEN, size=processes) if uneven else np.ones(processes)
    answers = random.choice(processes, len(at), p=shares / shares.sum())
    grows = np.where(np.arange(processes) == random.integers(processes), leak, 0.0)
    value = random.uniform(380, 700, processes)[answers] + grows[answers] * at / 3600
    value += 150 * np.minimum(1, at / 600)  # caches and pools fill up once
    for process in range(processes):
        own = answers == process
        value[own] += NOISE * _correlated(random, int(own.sum()))
    names = [Process(f"pod-{process % 4}", process + 10) for process in range(processes)]
    return [Reading(float(a), float(v), names[w]) for a, v, w in zip(at, value, answers, strict=True)]


def _correlated(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Noise of variance 1 with a memory of some three readings."""
    noise = random.standard_normal(count + 50)
    kernel = 0.7 ** np.arange(50)
    return np.convolve(noise, kernel / np.sqrt(np.sum(kernel**2)), "valid")[:count]


def watched(runs: int) -> list[Watched]:
    """The rows of the table."""
    return [
        watch(processes, runs, uneven=uneven, leak=leak)
        for leak in (LEAK, 0.0)
        for uneven in (False, True)
        for processes in PROCESSES
    ]


def broken_promises(rows: Sequence[Watched]) -> list[str]:
    """A leak never passes and, where all answer alike, is always found; without one no run fails. A sentence each."""
    return [
        *(f"memory: a leak passed: {row}" for row in rows if row.leak and row.passed),
        *(
            f"memory: a leak was missed: {row}"
            for row in rows
            if row.leak and not row.uneven and row.failed < row.runs
        ),
        *(f"memory: false alarms: {row}" for row in rows if not row.leak and row.failed),
    ]


def memory_table(rows: Sequence[Watched]) -> str:
    """Gateways of few and of many processes: how many runs failed and passed."""
    lines = [
        "| processes | answer | leak in one | runs | failed | passed | inconclusive | read as one series: passed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        answer, leak = "unevenly" if row.uneven else "alike", f"{row.leak:g} MB an hour" if row.leak else "none"
        shares = (row.failed, row.passed, row.runs - row.failed - row.passed, row.passed_as_one)
        cells = (str(row.processes), answer, leak, str(row.runs), *(f"{share / row.runs:.1%}" for share in shares))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
