"""A real observatory in pieces that can be killed and started again: server, worker, gateway, Slack."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployments.api import Run
from deployments.auth import CLIENT_AUTH
from deployments.command_error import CommandError
from deployments.processes import Child, running
from deployments.server import environment_for, free_port, wait_until_answers
from deployments.settings import OURS, without_secrets
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.serving import serve
from litellm_observatory.standin.slack.app import Slack
from tests.prefect_api import Prefect, connect_to

KEY, HOOK = "sk-of-the-gateway-under-test", "/services/T0/B0/of-the-channel"
MODELS = ("gpt-a", "gpt-b")
LATENCY_SECONDS = 0.05
POLL_SECONDS = 0.2


@dataclass
class Stage:
    """What a round happens on. `processes` are the server and the worker, by these names, as long as they run."""

    folder: Path
    port: int
    environment: Mapping[str, str]
    gateway: Gateway
    slack: Slack
    processes: dict[str, Child] = field(default_factory=dict)
    started: ExitStack = field(default_factory=ExitStack)

    @property
    def prefect(self) -> Prefect:
        """The API, through a connection of its own: the server may have been restarted."""
        return connect_to(f"http://127.0.0.1:{self.port}/api", self.environment.get(CLIENT_AUTH))

    def start_server(self) -> None:
        """Start the Prefect server, and wait until it answers."""
        address = ("--host", "127.0.0.1", "--port", str(self.port))
        self._start("server", ("prefect", "server", "start", *address))
        wait_until_answers(self.processes["server"], f"http://127.0.0.1:{self.port}")

    def start_worker(self) -> None:
        """Start a worker."""
        self._start("worker", ("prefect", "worker", "start", "--pool", "observatory", "--type", "process"))

    def _start(self, name: str, arguments: tuple[str, ...]) -> None:
        log = self.folder / "logs" / f"{name}-{time.time_ns()}.log"
        self.processes[name] = self.started.enter_context(running(name, arguments, self.environment, log))

    def kill(self, name: str) -> None:
        """SIGKILL the server or the worker alone: what it has started lives on."""
        child = self.processes.pop(name)
        child.check()
        child.process.kill()
        child.process.wait()

    def terminate(self, name: str) -> None:
        """SIGTERM the server or the worker, and wait for its end."""
        child = self.processes.pop(name)
        child.check()
        child.process.terminate()
        child.process.wait(30)

    def kill_flow(self, run: Run, number: int = signal.SIGKILL) -> None:
        """Send a signal to the process of a run."""
        with suppress(ProcessLookupError):
            os.kill(self.pid_of(run), number)

    def pid_of(self, run: Run) -> int:
        """The process that executes a run."""
        return int(self.prefect.ask("GET", f"/flow_runs/{run.id}")["infrastructure_pid"])

    def received(self, run: Run) -> list[int]:
        """The indices of a run's requests that the gateway has received, in their order."""
        ids = [record.request_id or "" for record in self.gateway.received]
        return [int(one.rpartition("-")[2]) for one in ids if one.startswith(run.id)]

    def ends_told(self, run: Run) -> list[dict[str, Any]]:
        """The messages in Slack that tell the end of a run: they have a header, and a button that opens it."""
        return [message for message in self.slack.messages if _tells(message, run)]


def _tells(message: dict[str, Any], run: Run) -> bool:
    blocks = message.get("blocks") or []
    kinds = {block["type"] for block in blocks}
    return {"header", "actions"} <= kinds and run.id in str(blocks[-1])


@contextmanager
def staged(folder: Path, zombie_seconds: float, database: str | None = None) -> Iterator[Stage]:
    """A stage with everything applied and a worker; `database` is a connection URL, a file in `folder` if None.

    A campaign has not the time that a soak has: a run is called a zombie after `zombie_seconds` without a heartbeat,
    and all runs are looked after every minute.
    """
    gateway, slack = Gateway(MODELS, KEY, LATENCY_SECONDS), Slack()
    with serve(gateway) as served, serve(slack) as channel:
        port = free_port()
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        environment = environment_for(folder, f"http://127.0.0.1:{port}", kept) | {
            "PREFECT_WORKER_QUERY_SECONDS": "2"
        }
        if database:
            environment["PREFECT_API_DATABASE_CONNECTION_URL"] = database
        (folder / "logs").mkdir(parents=True)
        (folder / "temporary").mkdir()
        stage = Stage(folder, port, without_secrets(environment), gateway, slack)
        try:
            stage.start_server()
            told = {
                "LITELLM_GATEWAY_URL": served.url,
                "LITELLM_API_KEY": KEY,
                "SLACK_WEBHOOK_URL": channel.url + HOOK,
            }
            _apply(stage, {**environment, **told})
            hasten_zombies(stage.prefect, zombie_seconds)
            _hasten_recovery(stage.prefect)
            stage.start_worker()
            yield stage
        finally:
            stage.started.close()  # the last that was started ends first; what a killed worker left behind too


def _apply(stage: Stage, environment: Mapping[str, str]) -> None:
    log = stage.folder / "logs" / "apply.log"
    with running("apply", ("deployments", "apply"), environment, log) as child:
        child.process.wait(120)
    if child.process.returncode:
        raise CommandError(log.read_text())


def hasten_zombies(prefect: Prefect, seconds: float) -> None:
    """Let the automation call a run dead after so many seconds without a heartbeat."""
    chosen = {"automations": {"name": {"any_": ["observatory: run without a heartbeat"]}}}
    [automation] = prefect.ask("POST", "/automations/filter", chosen)
    automation["trigger"]["within"] = seconds
    changed = {key: automation[key] for key in ("name", "description", "enabled", "trigger", "actions")}
    prefect.ask("PUT", f"/automations/{automation['id']}", changed)


def _hasten_recovery(prefect: Prefect) -> None:
    found = prefect.ask("GET", "/deployments/name/recovery/scheduled")
    every_minute = {"schedule": {"cron": "* * * * *", "timezone": "Etc/UTC"}}
    prefect.ask("PATCH", f"/deployments/{found['id']}/schedules/{found['schedules'][0]['id']}", every_minute)
