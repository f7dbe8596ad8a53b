"""Faults: what is done to an observatory in the middle of a soak."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from deployments.api import Run
from tests.chaos.stage import Stage
from tests.chaos.waiting import until_runs, until_state, until_tagged

STOPS_WITHIN_SECONDS = 5.0

Injury = Callable[[Stage, Run, Random], None]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong: how it is done, how long the soak is, and the states it may end in."""

    name: str
    injure: Injury
    seconds: float = 30.0
    ends: frozenset[str] = frozenset({"Completed", "Invalid"})
    lossless: bool = False
    """Whether every request of the schedule must have been sent and observed."""
    twins: bool = False
    """Whether two runs of the same test are created together."""


def kill_flow(stage: Stage, run: Run, random: Random) -> None:
    stage.kill_flow(run)


def terminate_flow(stage: Stage, run: Run, random: Random) -> None:
    stage.kill_flow(run, signal.SIGTERM)


def kill_worker(stage: Stage, run: Run, random: Random) -> None:
    stage.kill("worker")
    time.sleep(random.uniform(0, 5))
    stage.start_worker()


def terminate_worker(stage: Stage, run: Run, random: Random) -> None:
    stage.terminate("worker")
    time.sleep(random.uniform(0, 5))
    stage.start_worker()


def kill_both(stage: Stage, run: Run, random: Random) -> None:
    stage.kill("worker")
    stage.kill_flow(run)
    time.sleep(random.uniform(0, 5))
    stage.start_worker()


def restart_machine(stage: Stage, run: Run, random: Random) -> None:
    pid = stage.pid_of(run)
    stage.kill("worker")
    stage.kill("server")
    os.kill(pid, signal.SIGKILL)
    time.sleep(random.uniform(0, 5))
    stage.start_server()
    stage.start_worker()


def restart_server(stage: Stage, run: Run, random: Random) -> None:
    stage.kill("server")
    time.sleep(random.uniform(0, 15))
    stage.start_server()


def call_crashed_by_mistake(stage: Stage, run: Run, random: Random) -> None:
    state = {"type": "CRASHED", "name": "Crashed", "message": "called so by mistake"}
    stage.prefect.ask("POST", f"/flow_runs/{run.id}/set_state", {"state": state, "force": True})


def crash_again_and_again(stage: Stage, run: Run, random: Random) -> None:
    for attempt in range(1, 5):
        until_runs(stage, run, attempt)
        stage.kill_flow(run)
        until_state(stage, run, "Crashed")


def cancel(stage: Stage, run: Run, random: Random) -> None:
    stage.prefect.cancel(run, why="a release engineer")
    asked = stage.gateway.elapsed
    until_state(stage, run, "Cancelled")
    last = max((record.at for record in stage.gateway.received), default=0.0)
    assert last - asked < STOPS_WITHIN_SECONDS, f"sent for {last - asked:.1f} s after it was cancelled"


def cancel_after_an_outage(stage: Stage, run: Run, random: Random) -> None:
    stage.kill("server")
    time.sleep(random.uniform(5, 10))
    stage.start_server()
    cancel(stage, run, random)


def silence_slack(stage: Stage, run: Run, random: Random) -> None:
    stage.slack.status = 500
    until_tagged(stage, run, "slack-undelivered")
    stage.slack.status = 200
    stage.prefect.start_run("recovery/scheduled", {})


def cancel_while_slack_hangs(stage: Stage, run: Run, random: Random) -> None:
    stage.slack.status = "hang"
    cancel(stage, run, random)  # the worker kills the process that waits for Slack
    until_tagged(stage, run, "slack-undelivered")
    stage.slack.status = 200


def nothing(stage: Stage, run: Run, random: Random) -> None:
    pass


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("SIGKILL of the flow", kill_flow),
        Fault("SIGTERM of the flow", terminate_flow),
        Fault("SIGKILL of the worker", kill_worker, lossless=True),
        Fault("SIGTERM of the worker", terminate_worker),
        Fault("SIGKILL of both", kill_both, seconds=90),
        Fault("restart of the machine", restart_machine, seconds=90),
        Fault("restart of the server", restart_server, lossless=True),
        Fault("called crashed by mistake", call_crashed_by_mistake),
        Fault("crash after crash", crash_again_and_again, seconds=120, ends=frozenset({"Crashed"})),
        Fault("cancelled", cancel, ends=frozenset({"Cancelled"})),
        Fault("cancelled after an outage", cancel_after_an_outage, seconds=60, ends=frozenset({"Cancelled"})),
        Fault("cancelled while Slack hangs", cancel_while_slack_hangs, ends=frozenset({"Cancelled"})),
        Fault("Slack down", silence_slack, lossless=True),
        Fault("created twice together", nothing, lossless=True, twins=True),
    )
}


def long_outage(stage: Stage, run: Run, random: Random) -> None:
    stage.kill("server")
    time.sleep(150)
    stage.start_server()


LONG_OUTAGE = Fault("server away for 150 s", long_outage, seconds=220, lossless=True)
