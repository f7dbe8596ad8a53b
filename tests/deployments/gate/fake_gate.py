"""A real Prefect server with a `release-gate` that nobody executes: a test sets its states and its result itself."""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from deployments.api import Run
from deployments.gate.command import gate
from deployments.gate.options import GateOptions
from deployments.gate.start import start
from deployments.server import free_port, prefect_server
from deployments.timeouts import Timeouts
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.metrics import Distribution, RunMetrics
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.core.report.report import Report, SuiteOutcome
from litellm_observatory.names import DUPLICATE_OF_LABEL, DUPLICATE_STATE, VERDICT_LABEL
from tests.prefect_api import Prefect, prefect_at

SCHEMA = {
    "type": "object",
    "title": "Parameters",
    "properties": {
        "release": {"type": "string", "title": "release"},
        "profile": {"enum": ["smoke", "standard", "full"], "type": "string", "default": "standard"},
        "models": {"type": "array", "items": {"type": "string"}, "default": []},
        "slack": {"type": "string", "default": "litellm-observatory"},
    },
    "required": ["release"],
    "additionalProperties": False,
}
BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KINDS = {Verdict.PASSED: "COMPLETED", Verdict.CANCELLED: "CANCELLED", Verdict.CRASHED: "CRASHED"}
NAMES = {Verdict.PASSED: "Completed"}


class Log(io.StringIO):
    """What a command prints; what is to happen when it has printed something happens there and then, once."""

    def __init__(self) -> None:
        super().__init__()
        self.reactions: dict[str, Callable[[], object]] = {}

    def write(self, text: str) -> int:
        written = super().write(text)
        for expected in [one for one in self.reactions if one in self.getvalue()]:
            self.reactions.pop(expected)()
        return written


@dataclass
class FakeGate:
    """The server, which may be stopped and started again."""

    folder: Path
    port: int = field(default_factory=free_port)
    up: ExitStack = field(default_factory=ExitStack)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def prefect(self) -> Prefect:
        return prefect_at(self.api_url)

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.up.enter_context(prefect_server(self.folder, kept, self.port))

    def stop(self) -> None:
        self.up.close()

    def deploy(self, name: str = "release-gate", schema: dict[str, Any] = SCHEMA, tags: Sequence[str] = ()) -> None:
        flow, file = self.prefect.ask("POST", "/flows/", {"name": name}), name.replace("-", "_")
        body = {"name": "on-demand", "flow_id": flow["id"], "parameter_openapi_schema": schema, "tags": list(tags)}
        body |= {"entrypoint": f"flows/{file}.py:{file}", "enforce_parameter_schema": True}
        self.prefect.ask("POST", "/deployments/", body)

    def withdraw(self, name: str = "release-gate") -> None:
        deployment = self.prefect.read_deployment(f"{name}/on-demand")
        self.prefect.ask("DELETE", f"/deployments/{deployment.id}")

    def begun(self, options: GateOptions) -> Run:
        """The run that the command follows for this options, before it does."""
        return start(replace(self.prefect, retry_seconds=30), options)

    def set_state(self, run: Run, kind: str, name: str = "", message: str = "") -> None:
        state = {"type": kind, "name": name or kind.capitalize(), "message": message}
        self.prefect.ask("POST", f"/flow_runs/{run.id}/set_state", {"state": state, "force": True})

    def label(self, run: Run, labels: dict[str, str]) -> None:
        self.prefect.ask("PATCH", f"/flow_runs/{run.id}/labels", labels)

    def end_as_duplicate(self, run: Run, original: Run, message: str = "x") -> None:
        """End a run as a flow does that leaves its test to another one."""
        self.label(run, {DUPLICATE_OF_LABEL: original.id})
        self.set_state(run, "CANCELLED", DUPLICATE_STATE, message)

    def store(self, run: Run, report: Report) -> None:
        body = {"key": f"{report.suite}-result", "type": "json", "flow_run_id": run.id}
        self.prefect.ask("POST", "/artifacts/", body | {"data": report.model_dump(mode="json")})

    def tell(self, run: Run, progress: Progress) -> None:
        """Tell how far a run is, as a flow does."""
        body = {"key": "some-progress", "type": "progress", "flow_run_id": run.id, "data": 1.0}
        self.prefect.ask("POST", "/artifacts/", body | {"metadata_": progress.as_fields()})

    def end(self, run: Run, verdict: Verdict) -> Report:
        """End a run as the flow does: its label and its report first, then its state with the same headline."""
        report = report_of(verdict)
        self.label(run, {VERDICT_LABEL: verdict.value})
        self.store(run, report)
        self.set_state(run, KINDS.get(verdict, "FAILED"), NAMES.get(verdict, verdict.capitalize()), report.headline)
        return report

    def gate(self, options: GateOptions, log: Log | None = None, timeouts: Timeouts | None = None) -> tuple[int, str]:
        """The command in this process: its exit status and what it prints."""
        log = log or Log()
        console = Console(file=log, highlight=False, markup=False, emoji=False, soft_wrap=True)
        status = gate({"PREFECT_API_URL": self.api_url}, options, console, timeouts or Timeouts())
        return status, log.getvalue()


@contextmanager
def fake_gate(folder: Path) -> Iterator[FakeGate]:
    """A server with the deployment while the block lasts."""
    here = FakeGate(folder)
    try:
        here.start()
        here.deploy()
        yield here
    finally:
        here.stop()


def report_of(verdict: Verdict) -> Report:
    """A gate's report: one suite that passed, and one that the verdict comes from."""
    reason = f"{verdict.capitalize()}: oai-azure-release: because of it, and that at length"
    headline = f"{verdict.capitalize()}: v1, 1 of 2 suites {verdict}, oai-azure-release: because of it"
    figures: dict[str, Any] = {
        "started_at": BEGAN,
        "duration_seconds": 288.0,
        "requests": 1200,
        "failures": 24,
        "failure_rate": 0.02,
        "rescued": 0,
        "latency_seconds": Distribution(p95=1.25),
        "overhead_ms": Distribution(p95=8.4),
    }
    url = "http://prefect.example.com/runs/flow-run/00000000-0000-4000-8000-00000000000"
    suites = (
        SuiteOutcome(suite="single-request", verdict=Verdict.PASSED, reason="Passed: all", run_url=f"{url}1"),
        SuiteOutcome(
            suite="oai-azure-release",
            verdict=verdict,
            reason=reason,
            remedy="look into it",
            run_url=f"{url}2",
            figures=RunMetrics(**figures),
        ),
    )
    return Report(
        suite="release-gate",
        gateway="default",
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(minutes=5),
        duration_seconds=300,
        verdict=verdict,
        reason=reason,
        headline=headline,
        release="v1",
        suites=suites,
    )
