"""A whole observatory on this machine: server, what is declared, worker. It ends in order, and leaves nothing."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from deployments.api import PrefectApi, connect
from deployments.changes import GATEWAY, NOTICES, Outcome
from deployments.command_error import CommandError
from deployments.interrupts import sleep_interruptibly
from deployments.processes import Child, running
from deployments.server import Server, environment_for, prefect_server
from litellm_observatory.names import WORK_POOL, Canceller

POLL_SECONDS = 2
"""How often the worker asks for runs; Prefect's default of 10 s is for larger installations."""

CANCELLING_SECONDS = 20.0
"""How long running suites may take to end; measured: 5 s, and those just starting somewhat more."""

APPLYING_SECONDS = 120.0
ENDED_WITH_US = "The observatory on this machine was ended."

Notify = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Observatory:
    """A server with a worker that runs everything that is declared."""

    server: Server
    worker: Child
    prefect: PrefectApi

    def check(self) -> None:
        """Raise CommandError when one of them has ended by itself."""
        self.server.child.check()
        self.worker.check()

    def watch(self) -> None:
        """Wait for ever. Raises Interrupted when this process is asked to end, CommandError as `check` does."""
        while True:
            self.check()
            sleep_interruptibly(1)


@contextmanager
def observatory(
    folder: Path, environment: Mapping[str, str], port: int, notify: Notify, keep_open: Sequence[int] = ()
) -> Iterator[Observatory]:
    """A running observatory whose data lie in `folder`; `environment` says what `apply` declares.

    On leaving, running suites are cancelled before the worker ends, and the worker before the server. Raises
    CommandError when one of them does not come up, and Interrupted.
    """
    notify("Starting a Prefect server; where it makes its database first, that takes some ten seconds")
    with prefect_server(folder, environment, port, keep_open) as server:
        notify(f"Prefect server at {server.url}")
        _apply(server, environment, folder, notify)
        arguments = ("prefect", "worker", "start", "--pool", WORK_POOL, "--type", "process")
        settings = {**server.environment, "PREFECT_WORKER_QUERY_SECONDS": str(POLL_SECONDS)}
        prefect = connect(server.environment)
        drop_missed(prefect, notify)
        try:
            with running("worker", arguments, settings, folder / "logs" / "worker.log", keep_open) as worker:
                try:
                    yield Observatory(server, worker, prefect)
                finally:
                    _cancel_runs(server, worker, prefect, notify)
        finally:
            _settle_runs(server, prefect)


def _apply(server: Server, environment: Mapping[str, str], folder: Path, notify: Notify) -> None:
    """Run `apply` in a process of its own, the only one that is given the secrets."""
    settings = environment_for(folder, server.url, environment)
    log = folder / "logs" / "apply.log"
    until = time.monotonic() + APPLYING_SECONDS
    with running("apply", ("deployments", "apply"), settings, log) as child:
        while child.runs and time.monotonic() < until:
            server.child.check()
            sleep_interruptibly(0.1)
        if child.runs:
            raise CommandError(f"What is declared was not applied within {APPLYING_SECONDS:g} s; see {log}.")
    lines = log.read_text(errors="replace").splitlines()
    changes = [line for line in lines if line.startswith((*Outcome, *NOTICES))]
    for line in changes:
        notify(f"  {line}")
    # What is told last is what the gateway is: where it refuses the key, everything is applied all the same.
    if child.process.returncode and not any(line.startswith(GATEWAY) for line in changes):
        raise CommandError("\n".join(line for line in lines if line not in changes))


def drop_missed(prefect: PrefectApi, notify: Notify) -> None:
    """Scheduled runs of the time when nothing was up do not all begin now."""
    for run in prefect.missed_runs():
        notify(f"Dropping {run.name}, which was due when no observatory was up")
        prefect.cancel(run, why="Missed: no observatory was up when this run was due.", force=True)


def _cancel_runs(server: Server, worker: Child, prefect: PrefectApi, notify: Notify) -> None:
    """Ask every run to end, and wait for that as long as somebody is there to end it."""
    until = time.monotonic() + CANCELLING_SECONDS
    with suppress(CommandError):
        asked = prefect.runs_to_end() if server.child.runs else []
        for run in asked:
            notify(f"Cancelling {run.name} ({run.state.lower()})")
            prefect.cancel(run, why=ENDED_WITH_US, by=Canceller.OBSERVATORY)
        # Not for those that begin meanwhile: each end has one of `recovery` look after it.
        while server.child.runs and worker.runs and asked and time.monotonic() < until:
            time.sleep(0.5)
            asked = [run for run in asked if not prefect.read_run(run.id).has_ended]


def _settle_runs(server: Server, prefect: PrefectApi) -> None:
    """Nobody executes runs any more: those that did not say how they ended were cancelled."""
    with suppress(CommandError):
        for run in prefect.runs_to_end() if server.child.runs else ():
            prefect.cancel(run, why=ENDED_WITH_US, by=Canceller.OBSERVATORY, force=True)
