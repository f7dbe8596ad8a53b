"""Measures how often the verdict detects each fault, and how often it raises a false alarm."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from litellm_observatory.core.judging.rows import KINDS, PASSED
from litellm_observatory.core.judging.verdict import Status, Verdict
from litellm_observatory.core.objectives.against_last_passed import LastPassed
from litellm_observatory.core.wire.failures import FailureKind
from tests.bench.faults import PROVIDERS, Detected, Fault, is_detected
from tests.bench.simulation import Run, first, healthy, judged

SEED = 20_260_101
TIMED = 20
"""Runs of each fault of which it is also measured after how many requests the verdict stands."""

SEEN_BY_STATUS = [kind for kind in FailureKind if kind not in (FailureKind.EMPTY, FailureKind.MALFORMED)]


@dataclass(frozen=True)
class Detection:
    """How often a fault was detected: by the naive rule, by ours, and after how many requests (median)."""

    fault: Fault
    naive: float
    ours: float
    after: int | None


def measure(fault: Fault, runs: int) -> Detection:
    """Simulate so many runs with a fault and judge each."""
    naive = ours = 0
    after: list[int] = []
    for number in range(runs):
        random = np.random.default_rng([SEED, number, len(fault.name), sum(map(ord, fault.name))])
        run = healthy(random, fault.models, fault.background)
        fault.happen(run)
        last = _last_good(random, fault.models) if fault.detected is Detected.REPORTED else None
        naive += is_broken_naively(run)
        if _detects(fault, run, last):
            ours += 1
            if fault.detected is Detected.FAILED and len(after) < TIMED:
                after.append(_requests_needed(fault, run))
    return Detection(fault, naive / runs, ours / runs, int(np.median(after)) if after else None)


def is_broken_naively(run: Run) -> bool:
    """The rule of the original: a 200 is a success, and the share of others must be below 1 %."""
    codes = [KINDS.index(kind) for kind in SEEN_BY_STATUS]
    return bool(np.isin(run.rows["kind"], codes).mean() >= 0.01)


def _detects(fault: Fault, run: Run, last: LastPassed | None) -> bool:
    verdict, _, findings = judged(run, last)
    return is_detected(fault, verdict, {f.objective for f in findings if f.status is Status.VIOLATED})


def _requests_needed(fault: Fault, run: Run) -> int:
    """After how many requests the verdict is first what it is at the end (by bisection)."""
    counts = range(1, len(run.rows))
    return 1 + bisect_left(counts, True, key=lambda count: _detects(fault, first(run, count), None))


def _last_good(random: np.random.Generator, models: int) -> LastPassed:
    rows = healthy(random, models).rows
    return LastPassed("the last good run", rows["overhead_ms"], rows["latency"])


@dataclass(frozen=True)
class FalseAlarms:
    """Healthy runs that did not pass, and that failed, of `runs` with `models` and a `background` of failures."""

    models: int
    background: float
    outage: bool
    runs: int
    not_passed: int
    failed: int
    reported: int


def measure_false_alarms(models: int, background: float, runs: int, *, outage: bool) -> FalseAlarms:
    """Judge healthy runs; with `outage` the provider is away for 10 seconds of each, at 80 %."""
    not_passed = failed = reported = 0
    for number in range(runs):
        random = np.random.default_rng([SEED, number, models, int(background * 1e6), outage])
        run = healthy(random, models, background)
        if outage:
            start = random.uniform(0, 10_790)
            fresh = run.rows["kind"] == PASSED
            mask = run.between(start, start + 10) & run.some(0.8) & fresh
            run.fail(mask, FailureKind.SERVER_ERROR, PROVIDERS)
        verdict, sentence, _ = judged(run)
        not_passed += verdict is not Verdict.PASSED
        failed += verdict is Verdict.FAILED
        reported += "provider" in sentence
    return FalseAlarms(models, background, outage, runs, not_passed, failed, reported)
