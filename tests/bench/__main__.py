"""`make bench`: measure the verdict, and write what was measured into the tables of docs/verdict.md."""

import argparse
import sys
import time

import numpy as np

from litellm_observatory.core.judging.tally import Tally
from suites.oai_azure_release import oai_azure_release
from tests.bench.corpus import Message, corpus_tables, messages
from tests.bench.faults import FAULTS, Detected
from tests.bench.measure import Detection, FalseAlarms, measure, measure_false_alarms
from tests.bench.memory import broken_promises, memory_table, watched
from tests.bench.page import alarms_table, detection_table, tables
from tests.bench.simulation import healthy
from tests.docs.places import DOCS, filled

PAGE = DOCS / "verdict.md"
LEAST_DETECTED = 0.99
MOST_FALSE_ALARMS = 1 / 200
MOST_JUDGING_SECONDS = 1.0


def main() -> int:
    """Measure, print, and write if asked; exit 1 when a promise of the verdict does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=400, help="simulated runs of each fault")
    parser.add_argument("--healthy-runs", type=int, default=2000, help="healthy runs of each sort")
    parser.add_argument("--memory-runs", type=int, default=200, help="simulated runs of each number of processes")
    parser.add_argument("--write", action="store_true", help="renew the tables of docs/verdict.md")
    options = parser.parse_args()
    detections = [measure(fault, options.runs) for fault in FAULTS]
    print(detection_table(detections), flush=True)
    alarms = [
        measure_false_alarms(models, background, options.healthy_runs, outage=outage)
        for outage in (False, True)
        for models in (2, 10, 20)
        for background in (0.0, 0.001, 0.003)
    ]
    print(alarms_table(alarms))
    corpus = messages()
    print(corpus_tables(corpus))
    memory = watched(options.memory_runs)
    print(memory_table(memory))
    seconds = judging_seconds()
    print(f"judging 100,000 samples: {seconds:.2f} s")
    if options.write:
        measured = tables(detections, alarms, memory, corpus, seconds)
        PAGE.write_text(filled(PAGE.read_text(), "bench", measured))
    broken = [*promises_broken(detections, alarms, corpus, seconds), *broken_promises(memory)]
    print("\n".join(broken) or "every promise holds")
    return 1 if broken else 0


def promises_broken(
    detections: list[Detection], alarms: list[FalseAlarms], corpus: list[Message], seconds: float
) -> list[str]:
    """What the verdict promises and does not keep, a sentence each."""
    missed = [
        f"{found.fault.name}: detected in {found.ours:.1%} only"
        for found in detections
        if found.fault.certain and found.ours < LEAST_DETECTED
    ]
    accused = [
        f"{found.fault.name}: not passed in {found.ours:.1%}"
        for found in detections
        if found.fault.detected is Detected.NOTHING and found.ours > MOST_FALSE_ALARMS
    ]
    false_alarms = [f"false alarms: {found}" for found in alarms if found.not_passed > MOST_FALSE_ALARMS * found.runs]
    silent = [
        f"outage not reported: {found}"
        for found in alarms
        if found.outage and found.reported < LEAST_DETECTED * found.runs
    ]
    slow = [f"judging took {seconds:.2f} s"] if seconds > MOST_JUDGING_SECONDS else []
    unfair = [f"taken for a provider's: {message.text}" for message in corpus if message.unfair]
    return [*missed, *accused, *false_alarms, *silent, *slow, *unfair]


def judging_seconds() -> float:
    """How long judging 100,000 samples of ten models takes, with 1 % failures, best of three."""
    run = healthy(np.random.default_rng(1), 10, 0.01)
    rows = np.concatenate([run.rows] * 10)[:100_000]
    rows["index"] = np.arange(len(rows))
    tally = Tally(run.tally().models, rows)
    soak = oai_azure_release(duration_hours=100_000 / 3600)
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        soak.judge(tally, None)
        times.append(time.perf_counter() - begun)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
