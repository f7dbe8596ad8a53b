"""`litellm-observatory demo`: from a fresh clone to two verdicts, against stand-ins, with nothing left running."""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deployments.api import Run
from deployments.command_error import CommandError
from deployments.interrupts import Interrupted, interruptible
from deployments.links import link
from deployments.local import Observatory, observatory
from deployments.log_text import say
from deployments.paths import venv_command
from deployments.server import free_port
from deployments.settings import DATA, OURS
from deployments.slack_text import plain
from deployments.standins import StandIns, stand_ins
from deployments.statuses import INTERRUPTED
from deployments.watch import NOT_BEGUN, Check, follow

SOAK_SECONDS = 90.0

LEAST_REQUESTS = 400
"""299 clean requests show that less than 1 % fail; a few more leave room."""

LONGEST_INTERVAL_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 120.0
"""For a worker to begin a run: 5 to 10 s, measured."""

OUTAGE_SHARE = 0.1
OUTAGE_FROM, OUTAGE_UNTIL = 0.25, 0.75
UNDESERVED = 1

STYLES = {"COMPLETED": "bold green", "FAILED": "bold red"}


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What somebody wants of a demo: how long the soak sends, whether the gateway fails, whether all stays up."""

    soak_seconds: float = SOAK_SECONDS
    faulty: bool = False
    keep: bool = False


def demo(environment: Mapping[str, str], console: Console, options: DemoOptions) -> int:
    """Run both suites. Returns 0 when each ended as the gateway deserves, 1 if not, 130 when interrupted.

    Raises CommandError when it could not be shown; its logs are kept then.
    """
    DATA.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="demo-", dir=DATA.resolve()))
    status = UNDESERVED
    clean = {name: value for name, value in environment.items() if name not in OURS}
    with interruptible():
        try:
            with stand_ins(folder / "logs", clean) as others:
                console.print(f"Stand-in gateway at {others.gateway_url}, stand-in Slack at {others.slack_url}")
                described = {**clean, **others.environment}
                with observatory(folder, described, free_port(), console.print) as running:
                    status = _show(running, others, console, options)
        except Interrupted:
            status = INTERRUPTED
        finally:
            if status == UNDESERVED:
                console.print(f"What the processes of this demo said is kept in {folder / 'logs'}")
            else:
                shutil.rmtree(folder, ignore_errors=True)
    console.print("Ended; nothing is left running.")
    return status


def _show(running: Observatory, others: StandIns, console: Console, options: DemoOptions) -> int:
    """Both runs, what Slack was told, and the exit status."""
    single = _single_request(running, console)
    soak = _soak(running, others, console, options)
    for message in others.messages():
        console.print("\nSlack was notified:")
        for line in plain(message):
            console.print(line)
    console.print()
    if options.keep:
        console.print(f"Everything stays up until Ctrl-C; look at the reports: {running.server.url}/artifacts")
        with suppress(Interrupted):
            running.watch()
    else:
        console.print(
            f"To click through the runs and their reports: {venv_command('litellm-observatory')} demo --keep"
        )
    deserved = ("Completed", "Failed" if options.faulty else "Completed")
    return 0 if (single.state, soak.state) == deserved else UNDESERVED


def _single_request(running: Observatory, console: Console) -> Run:
    """Does every model answer at all?"""
    run = _start(running, console, "single-request/on-demand", {})
    return _follow(running, console, run)


def _soak(running: Observatory, others: StandIns, console: Console, options: DemoOptions) -> Run:
    """The three-hour soak in a minute and a half: the same code, with less time between its requests."""
    seconds = options.soak_seconds
    interval = min(LONGEST_INTERVAL_SECONDS, seconds / LEAST_REQUESTS)
    parameters = {"duration_hours": seconds / 3600, "request_interval_seconds": interval}
    run = _start(running, console, "oai-azure-release/on-demand", parameters)
    if options.faulty:
        run = follow(running.prefect, run, console, until={"RUNNING"}, check=_check_alive(running))
        others.fail(OUTAGE_SHARE, OUTAGE_FROM * seconds, OUTAGE_UNTIL * seconds)
        console.print(f"  The gateway will fail {OUTAGE_SHARE:.0%} of the requests for half of this time.")
    return _follow(running, console, run)


def _start(running: Observatory, console: Console, deployment: str, parameters: dict[str, float]) -> Run:
    """A run, started through the REST API as release tooling does it."""
    run = running.prefect.start_run(deployment, parameters)
    spoken = " ".join(f"{name}={value:.3g}" for name, value in parameters.items())
    console.print(f"\n{deployment} {spoken}\n  {link(running.server.environment, running.prefect, run.id)}")
    return run


def _follow(running: Observatory, console: Console, run: Run) -> Run:
    """The run when it has ended; its verdict is told."""
    run = follow(running.prefect, run, console, check=_check_alive(running))
    say(console, f"[{run.state}] {run.message}", STYLES.get(run.kind, "bold yellow"), lead="  ")
    return run


def _check_alive(running: Observatory) -> Check:
    """Raises CommandError when server or worker has ended, or when the worker does not begin a run."""

    def check(run: Run, waited: float) -> None:
        running.check()
        if run.kind in NOT_BEGUN and waited > LONGEST_WAIT_SECONDS:
            raise CommandError(
                f"The worker has not begun {run.name} in {LONGEST_WAIT_SECONDS:g} s; see {running.worker.log}."
            )

    return check
