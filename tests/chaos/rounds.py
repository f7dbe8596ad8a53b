"""A round: one soak, one fault at a random moment, and what must be true of it whatever happened."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from deployments.api import Run
from litellm_observatory.core.report.report import Report
from litellm_observatory.names import DUPLICATE_OF_LABEL
from tests.chaos.faults import Fault
from tests.chaos.stage import Stage
from tests.chaos.waiting import report_of, until_any, until_ended, until_sending

INTERVAL_SECONDS = 0.1
SETTLED_SECONDS = 3.0
"""After an end was told, another telling of it would come within this time."""


@dataclass(frozen=True)
class Outcome:
    """What came of a round; `wrong` says what should not be so."""

    fault: str
    state: str
    not_observed: float
    seconds: float
    wrong: tuple[str, ...]


def play(stage: Stage, fault: Fault, random: Random) -> Outcome:
    """Start a soak, break something in its first two thirds, and look at what is left when it has ended."""
    began = time.monotonic()
    stage.gateway.arm()
    parameters = {
        "duration_hours": fault.seconds / 3600,
        "request_interval_seconds": INTERVAL_SECONDS,
        "max_failure_rate": 0.05,
        "timeout_seconds": round(random.uniform(5, 6), 6),  # so that no two rounds are the same test
    }
    with ThreadPoolExecutor() as pool:
        starting = [
            pool.submit(stage.prefect.start_run, "oai-azure-release/on-demand", parameters)
            for _ in range(2 if fault.twins else 1)
        ]
        runs = [one.result() for one in starting]
    wrong: list[str] = []
    if fault.twins:
        run, wrong = _the_first(stage, runs)
    else:
        [run] = runs
    until_sending(stage, run)
    time.sleep(random.uniform(0, fault.seconds * 2 / 3))
    try:
        fault.injure(stage, run, random)
    except AssertionError as error:
        wrong.append(str(error))
    ended = until_ended(stage, run, fault.ends)
    time.sleep(SETTLED_SECONDS)
    report = report_of(stage, run)
    wrong += _wrongs(stage, ended, fault, report)
    due = report.due if report else 0
    share = report.not_observed / due if report and due else 0.0
    return Outcome(fault.name, ended.state, share, time.monotonic() - began, tuple(wrong))


def _the_first(stage: Stage, runs: list[Run]) -> tuple[Run, list[str]]:
    """Of two runs created together the one that goes on, and what is wrong with the other."""
    until_any(stage, runs, "Duplicate")
    now = [stage.prefect.read_run(run.id) for run in runs]
    duplicates = [run for run in now if run.state == "Duplicate"]
    [other] = duplicates[:1]
    [run] = [run for run in now if run.id != other.id]
    wrong = []
    if run.state == "Duplicate":
        wrong.append("both were called duplicates")
    if other.labels.get(DUPLICATE_OF_LABEL) != run.id:
        wrong.append(f"the duplicate does not name the first: {other.labels}")
    if stage.received(other) or stage.ends_told(other):
        wrong.append("the duplicate has sent, or told")
    return run, wrong


def _wrongs(stage: Stage, run: Run, fault: Fault, report: Report | None) -> list[str]:
    wrong = []
    if run.state not in fault.ends:
        wrong.append(f"it ended as {run.state}: {run.message}")
    indices = stage.received(run)
    if len(set(indices)) < len(indices):
        wrong.append(f"{len(indices) - len(set(indices))} requests were sent twice")
    told = len(stage.ends_told(run))
    if told != 1:
        wrong.append(f"its end was told {told} times")
    if report is None:
        wrong.append("it has no report")
    elif report.windows:
        wrong += _miscounted(set(indices), report)
        if fault.lossless and report.sent < report.due:
            wrong.append(f"only {report.sent} of {report.due} were sent")
    return wrong


def _miscounted(received: set[int], report: Report) -> list[str]:
    """What the gateway counted must be what the report counts, but for what it says it did not observe."""
    wrong = []
    unknown = report.not_observed + report.given_up
    if not report.sent <= len(received) <= report.sent + unknown:
        wrong.append(f"the gateway counted {len(received)}, the report {report.sent} sent and {unknown} unknown")
    if report.sent + report.not_observed != report.due:
        wrong.append(f"{report.due} were due, {report.sent} sent and {report.not_observed} not observed")
    return wrong
