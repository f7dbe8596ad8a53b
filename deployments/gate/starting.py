"""Starting a gate: the server is found, the parameters are right, and one release and attempt is one run."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

from deployments.access import CLIENT_AUTH, read_key_of_client
from deployments.api import ANSWER_SECONDS, Prefect, Refusal, Run, Unanswered
from deployments.gate.wish import Wish
from deployments.obstacle import Obstacle
from deployments.patience import Patience
from suites.words import listed, shortened

DEPLOYMENT = "release-gate/on-demand"
HERE = {"127.0.0.1", "localhost", "::1"}
CLOUD_API = "https://api.prefect.cloud/api"
MOST_OF_A_REASON = 300
OF_A_FIELD = re.compile(r"failed for field '(.+?)'\. Failure reason: (.*)")


def connected(environment: Mapping[str, str], patience: Patience) -> Prefect:
    """The API at PREFECT_API_URL, through the proxy that the environment names, if it does. Raises Obstacle."""
    url = environment.get("PREFECT_API_URL", "").strip()
    if not url:
        raise Obstacle(
            "PREFECT_API_URL is not set; set it to the Prefect server's API, such as https://prefect.example.com/api."
        )
    parts = _split(url)
    if parts is None:
        raise Obstacle("PREFECT_API_URL is no URL; it looks like https://prefect.example.com/api.")
    named, _, host = parts.netloc.rpartition("@")
    auth = environment.get(CLIENT_AUTH, "").strip() or unquote(named) or None
    http = httpx.Client(timeout=ANSWER_SECONDS, trust_env=parts.hostname not in HERE)
    return Prefect(
        parts._replace(netloc=host).geturl().rstrip("/"), auth, patience, http, read_key_of_client(environment)
    )


def _split(url: str) -> SplitResult | None:
    """The parts of a URL that httpx can ask; None where it is none."""
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in ("http", "https") and httpx.URL(url).host else None
    except (ValueError, httpx.InvalidURL):
        return None


def link(environment: Mapping[str, str], prefect: Prefect, run_id: str) -> str:
    """Where somebody looks at a run."""
    ui = environment.get("PREFECT_UI_URL", "").strip() or _ui_of(prefect.api_url)
    return f"{ui.rstrip('/')}/runs/flow-run/{run_id}"


def _ui_of(api_url: str) -> str:
    """The UI beside an API; Prefect Cloud has its own under another name."""
    if api_url.startswith(CLOUD_API):
        path = (
            api_url.removeprefix(CLOUD_API).replace("/accounts/", "/account/").replace("/workspaces/", "/workspace/")
        )
        return f"https://app.prefect.cloud{path}"
    return api_url.removesuffix("/api")


def start(prefect: Prefect, wish: Wish, after: Run | None = None) -> Run:
    """The run that tests this release under this key, whoever asked for it first. Raises Obstacle.

    `after` is a run under the same key that ended as a duplicate: the one that is started in its place.
    """
    deployment = read_gate(prefect)
    known = (deployment.get("parameter_openapi_schema") or {}).get("properties") or {}
    check_names(wish.asked, known)
    try:
        run = prefect.start_run(DEPLOYMENT, wish.asked, f"{wish.key}-after-{after.id}" if after else wish.key)
    except Refusal as refusal:
        if refusal.status not in (400, 409, 422):
            raise
        refuse_parameter(refusal.detail)
    defaults = {name: field["default"] for name, field in known.items() if "default" in field}
    defaults |= deployment.get("parameters") or {}
    check_same(defaults | wish.asked, defaults | run.parameters, wish)
    return run


def read_gate(prefect: Prefect) -> dict[str, Any]:
    """The gate's deployment. Raises Obstacle, with the remedy where there is none."""
    try:
        return prefect.read_deployment(DEPLOYMENT)
    except Refusal as refusal:
        if refusal.status != httpx.codes.NOT_FOUND:
            raise
        raise Obstacle(
            f"The Prefect server at {prefect.api_url} has no deployment {DEPLOYMENT}; bring it there: "
            "python -m deployments apply"
        ) from None
    except Unanswered as silence:
        raise Obstacle(f"{silence} Set PREFECT_API_URL to the API of a server that runs.") from None


def check_names(asked: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raise Obstacle for a parameter that the gate does not have; where its parameters are not known, for none."""
    for name in asked if known else ():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f"; did you mean {near[0]}?" if near else "."
            raise Obstacle(f"{DEPLOYMENT} has no parameter {name[:60]}{meant} There are: {listed(known)}.")


def check_same(asked: Mapping[str, Any], given: Mapping[str, Any], wish: Wish) -> None:
    """Raise Obstacle when the run under this key was started with other parameters; only their names are told."""
    others = [name for name in {*asked, *given} if asked.get(name) != given.get(name)]
    if others:
        raise Obstacle(
            f"{wish.named.capitalize()} of release {wish.release} was started before with another value of "
            f"{listed(others)}; give {wish.another}, to test it with these."
        )


def refuse_parameter(detail: str) -> NoReturn:
    """Raise Obstacle for what Prefect finds wrong in the parameters, in one sentence."""
    reason = " ".join(detail.removeprefix("Error creating flow run: ").split())
    of_field = OF_A_FIELD.search(reason)
    name, why = of_field.groups() if of_field else ("its parameters", reason)
    typed = ' (-p takes JSON, such as -p \'models=["a", "b"]\')' if "is not of type" in why else ""
    told = shortened(why, most=MOST_OF_A_REASON).rstrip(".")
    raise Obstacle(f"{DEPLOYMENT} does not take what is given for {name}: {told}{typed}.") from None
