"""Prefect's REST API as release tooling uses it: start a run, look at it, cancel it."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

import httpx

from deployments.obstacle import Obstacle

ANSWER_SECONDS = 10.0
TRIES = 6
"""On SQLite the server answers 503 when several ask at once, so every caller asks again, after 0.2 to 3.2 s."""

FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run; `state` is its state's name, `kind` its type, `message` the state's sentence."""

    id: str
    name: str
    kind: str
    state: str
    message: str

    @classmethod
    def of(cls, answer: dict[str, Any]) -> Self:
        """The run in an answer of the API."""
        state = answer.get("state") or {}
        return cls(
            answer["id"], answer["name"], state.get("type", ""), state.get("name", ""), state.get("message") or ""
        )

    @property
    def has_ended(self) -> bool:
        """Whether its state is final."""
        return self.kind in FINAL


@dataclass(frozen=True, slots=True)
class Prefect:
    """The API at a URL; every method raises Obstacle when the server does not do as it is asked."""

    api_url: str
    _http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=ANSWER_SECONDS, trust_env=False), repr=False
    )

    def start_run(self, deployment: str, parameters: dict[str, Any]) -> Run:
        """Start a run of `flow/deployment`; asked again under one idempotency key, so that it is never two."""
        found = self.ask("GET", f"/deployments/name/{deployment}")
        body = {"parameters": parameters, "idempotency_key": str(uuid4())}
        return Run.of(self.ask("POST", f"/deployments/{found['id']}/create_flow_run", body))

    def read_run(self, run: Run) -> Run:
        """The run as it is now."""
        return Run.of(self.ask("GET", f"/flow_runs/{run.id}"))

    def progress(self, run: Run) -> tuple[float, str] | None:
        """What a run's progress artifact says: percent and a sentence; None before it says anything."""
        chosen = {"artifacts": {"flow_run_id": {"any_": [run.id]}, "type": {"any_": ["progress"]}}, "limit": 1}
        found = self.ask("POST", "/artifacts/filter", chosen)
        return (float(found[0]["data"]), found[0]["description"] or "") if found else None

    def runs_to_end(self) -> list[Run]:
        """All runs that have not ended, but for those that a schedule has put into the future."""
        states = {"type": {"any_": ["RUNNING", "PENDING", "SCHEDULED", "PAUSED", "CANCELLING"]}}
        found = self.ask("POST", "/flow_runs/filter", {"flow_runs": {"state": states}})
        return [Run.of(run) for run in found if not (run["state"]["type"] == "SCHEDULED" and run["auto_scheduled"])]

    def missed_runs(self) -> list[Run]:
        """Runs whose schedule put them at a time that has passed, and that nobody has started."""
        late = {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "expected_start_time": {"before_": f"{datetime.now(UTC)}"},
        }
        found = self.ask("POST", "/flow_runs/filter", {"flow_runs": late})
        return [Run.of(run) for run in found if run["auto_scheduled"]]

    def cancel(self, run: Run, *, why: str, force: bool = False) -> None:
        """Ask a run to end as cancelled; with `force` it is cancelled at once, whoever still executes it."""
        kind = "CANCELLED" if force else "CANCELLING"
        state = {"type": kind, "name": kind.capitalize(), "message": why}
        self.ask("POST", f"/flow_runs/{run.id}/set_state", {"state": state, "force": force})

    def has_block(self, slug: str, name: str) -> bool:
        """Whether there is a block document `name` of the block type `slug`."""
        chosen = {"block_documents": {"name": {"any_": [name]}}, "block_types": {"slug": {"any_": [slug]}}}
        return bool(self.ask("POST", "/block_documents/filter", chosen))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One answer, as JSON."""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(0.1 * 2**attempt)
            try:
                answer = self._http.request(method, self.api_url + path, json=body)
            except httpx.TransportError as error:
                trouble = f"does not answer ({type(error).__name__})"
                continue
            if answer.is_success:
                return answer.json() if answer.content else None
            trouble = f"answered {answer.status_code}: {answer.text[:300]}"
            if answer.status_code not in (429, 503):
                break
        raise Obstacle(f"The Prefect server at {self.api_url} {trouble} (asked: {method} {path}).")
