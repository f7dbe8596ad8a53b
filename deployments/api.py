"""Prefect's REST API as release tooling uses it: start a run, look at it, cancel it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

import httpx

from deployments.auth import as_header, locked_out
from deployments.command_error import CommandError
from deployments.patience import Patience
from litellm_observatory.core.report.progress import Progress
from litellm_observatory.names import CANCELLED_BY_LABEL, ON_DEMAND, SUITE_TAG, Canceller

ANSWER_SECONDS = 10.0
ASKED_AGAIN = {408, 429, 500, 502, 503, 504}
"""On SQLite the server answers 503 when several ask at once; a proxy before it 502 to 504 while it restarts."""

MOST_SUITES = 200

LATEST = {"sort": "CREATED_DESC", "limit": 1}
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class Unanswered(CommandError):
    """No answer came."""


class Refusal(CommandError):
    """The server did not do as it was asked; `status` is that of its answer, `detail` its own words."""

    def __init__(self, sentence: str, status: int, detail: str) -> None:
        super().__init__(sentence)
        self.status, self.detail = status, detail


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run; `state` is its state's name, `kind` its type, `message` the state's sentence."""

    id: str
    name: str
    kind: str
    state: str
    message: str
    parameters: dict[str, Any] = field(default_factory=dict, compare=False)
    ended_at: datetime | None = field(default=None, compare=False)
    labels: dict[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, answer: dict[str, Any]) -> Self:
        """The run in an answer of the API."""
        state = answer.get("state") or {}
        return cls(
            answer["id"],
            answer["name"],
            state.get("type", ""),
            state.get("name", ""),
            state.get("message") or "",
            answer.get("parameters") or {},
            datetime.fromisoformat(answer["end_time"]) if answer.get("end_time") else None,
            answer.get("labels") or {},
        )

    @property
    def has_ended(self) -> bool:
        """Whether its state is final."""
        return self.kind in FINAL


@dataclass(frozen=True, slots=True)
class Prefect:
    """The API at a URL; every method raises CommandError when the server refuses or does not answer."""

    api_url: str
    auth: str | None = field(default=None, repr=False)
    patience: Patience = field(default_factory=Patience, repr=False)
    _http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=ANSWER_SECONDS, trust_env=False), repr=False
    )
    key: str | None = field(default=None, repr=False)

    def read_deployment(self, deployment: str) -> dict[str, Any]:
        """What there is of `flow/deployment`."""
        found: dict[str, Any] = self.ask("GET", f"/deployments/name/{deployment}")
        return found

    def start_run(self, deployment: str, parameters: dict[str, Any], key: str | None = None) -> Run:
        """Start a run of `flow/deployment`; asked again under one idempotency key, so that it is never two.

        The run that was started under `key` before is returned as it is, with its own parameters.
        """
        found = self.read_deployment(deployment)
        body = {"parameters": parameters, "idempotency_key": key or str(uuid4())}
        return Run.of(self.ask("POST", f"/deployments/{found['id']}/create_flow_run", body))

    def read_run(self, run: Run) -> Run:
        """The run as it is now."""
        return Run.of(self.ask("GET", f"/flow_runs/{run.id}"))

    def progress(self, run: Run) -> Progress | None:
        """How far a run says that it is; None before it says anything."""
        chosen = {"artifacts": {"flow_run_id": {"any_": [run.id]}, "type": {"any_": ["progress"]}}}
        found = self.ask("POST", "/artifacts/filter", chosen | LATEST)
        return Progress.read(found[0].get("metadata_")) if found else None

    def artifact(self, run: Run, key: str) -> dict[str, Any] | None:
        """A run's latest artifact with this key; None where it has none."""
        chosen = {"artifacts": {"flow_run_id": {"any_": [run.id]}, "key": {"any_": [key]}}}
        found = self.ask("POST", "/artifacts/filter", chosen | LATEST)
        return found[0] if found else None

    def result(self, run: Run, key: str) -> Any:
        """The data of a run's latest artifact with this key; None where it has none."""
        found = self.artifact(run, key)
        return found["data"] if found else None

    def suites(self) -> list[str]:
        """The suites that are deployed: of what runs on demand the flow's name, of the others FLOW/DEPLOYMENT."""
        chosen = {"deployments": {"tags": {"all_": [SUITE_TAG]}}, "limit": MOST_SUITES}
        found = self.ask("POST", "/deployments/filter", chosen)
        ids = sorted({one["flow_id"] for one in found})
        asked = {"flows": {"id": {"any_": ids}}, "limit": MOST_SUITES}
        flows = self.ask("POST", "/flows/filter", asked) if ids else []
        names = {flow["id"]: flow["name"] for flow in flows}
        every = {f"{names[one['flow_id']]}/{one['name']}" for one in found if one["flow_id"] in names}
        return sorted(name.removesuffix(f"/{ON_DEMAND}") for name in every)

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

    def cancel(self, run: Run, *, why: str, by: Canceller | None = None, force: bool = False) -> None:
        """Ask a run to end as cancelled; with `force` it is cancelled at once, whoever still executes it.

        `by` is for programs, `why` for people.
        """
        if by:
            self.ask("PATCH", f"/flow_runs/{run.id}/labels", {CANCELLED_BY_LABEL: by})
        kind = "CANCELLED" if force else "CANCELLING"
        state = {"type": kind, "name": kind.capitalize(), "message": why}
        self.ask("POST", f"/flow_runs/{run.id}/set_state", {"state": state, "force": force})

    def has_block(self, slug: str, name: str) -> bool:
        """Whether there is a block document `name` of the block type `slug`."""
        chosen = {"block_documents": {"name": {"any_": [name]}}, "block_types": {"slug": {"any_": [slug]}}}
        return bool(self.ask("POST", "/block_documents/filter", chosen))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One answer, as JSON. Raises Refusal for an answer that does not do so, Unanswered where none comes."""
        status, detail, trouble = 0, "", ""
        headers = as_header(self.auth, self.key)
        for _ in self.patience.tries():
            try:
                answer = self._http.request(method, self.api_url + path, json=body, headers=headers)
            except httpx.TransportError as error:
                status, trouble = 0, f"does not answer ({type(error).__name__})"
                continue
            if answer.is_success:
                return _json(answer, self.api_url)
            if refusal := locked_out(self.api_url, answer.status_code):
                raise CommandError(refusal)
            status, detail = 0 if _is_of_a_proxy(answer) else answer.status_code, _detail(answer)
            trouble = f"answered {answer.status_code}: {' '.join(answer.text.split())[:300]}"
            if status and status not in ASKED_AGAIN:
                break
        sentence = f"The Prefect server at {self.api_url} {trouble} (asked: {method} {path})."
        raise Refusal(sentence, status, detail) if status else Unanswered(sentence)


def _is_of_a_proxy(answer: httpx.Response) -> bool:
    """Whether a proxy found no server behind it: the server's own 404 is JSON."""
    return answer.status_code == httpx.codes.NOT_FOUND and "json" not in answer.headers.get("content-type", "")


def _json(answer: httpx.Response, api_url: str) -> Any:
    """What was answered; a page of the UI, say, is no answer of the API."""
    try:
        return answer.json() if answer.content else None
    except ValueError:
        raise CommandError(
            f"What answers at {api_url} is not Prefect's API; its address ends with /api, "
            "such as http://127.0.0.1:4200/api."
        ) from None


def _detail(answer: httpx.Response) -> str:
    """The server's own words for a refusal."""
    try:
        said = answer.json()
    except ValueError:
        return answer.text
    return str(said["detail"] if isinstance(said, dict) and "detail" in said else said)
