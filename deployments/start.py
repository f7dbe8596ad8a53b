"""Starting a run of a deployment: the server is found, and the parameters are looked at before anything runs."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

import httpx

from deployments.api import ANSWER_SECONDS, Prefect, Refusal, Run, Unanswered
from deployments.auth import CLIENT_AUTH, read_key_of_client
from deployments.command_error import CommandError
from deployments.paths import typed
from deployments.patience import Patience
from litellm_observatory.core.text import did_you_mean, list_names, shorten

HERE = {"127.0.0.1", "localhost", "::1"}
MOST_OF_A_REASON = 300
OF_A_FIELD = re.compile(r"failed for field '(.+?)'\. Failure reason: (.*)")


def connected(environment: Mapping[str, str], patience: Patience) -> Prefect:
    """The API at PREFECT_API_URL, through the proxy that the environment names, if it does. Raises CommandError."""
    parts = _split(environment["PREFECT_API_URL"].strip())
    if parts is None:
        raise CommandError("PREFECT_API_URL is no URL; it looks like https://prefect.example.com/api.")
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


def read_deployment(prefect: Prefect, name: str) -> dict[str, Any]:
    """The deployment FLOW/DEPLOYMENT. Raises CommandError with the choices where there is none."""
    try:
        return prefect.read_deployment(name)
    except Refusal as refusal:
        if refusal.status != httpx.codes.NOT_FOUND:
            raise
        there = prefect.suites()
        choices = f" There are: {list_names(there)}." if there else ""
        raise CommandError(
            f"The Prefect server at {prefect.api_url} has no deployment {name[:100]}"
            f"{did_you_mean(name.partition('/')[0], there)}; bring what is declared there: "
            f"{typed('litellm-observatory')} apply.{choices}"
        ) from None
    except Unanswered as silence:
        raise no_server(silence) from None


def no_server(silence: Unanswered) -> CommandError:
    """That no server answers, and what to do."""
    return CommandError(f"{silence} Start one (make up), or set PREFECT_API_URL to one that runs.")


def start(
    prefect: Prefect, name: str, deployment: Mapping[str, Any], parameters: Mapping[str, Any], key: str | None = None
) -> Run:
    """A run of a deployment that was read; the one that was started under `key` before, if any.

    Raises CommandError where the deployment does not take the parameters; nothing runs then.
    """
    check_names(name, parameters, known_parameters(deployment))
    try:
        return prefect.start_run(name, dict(parameters), key)
    except Refusal as refusal:
        if refusal.status not in (400, 409, 422):
            raise
        refuse_parameter(name, refusal.detail)


def known_parameters(deployment: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters that a deployment takes; none where it does not tell them."""
    known: Mapping[str, Any] = (deployment.get("parameter_openapi_schema") or {}).get("properties") or {}
    return known


def check_names(deployment: str, asked: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raise CommandError for a parameter that a deployment does not have; where they are not known, for none."""
    for name in asked if known else ():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f"; did you mean {near[0]}?" if near else "."
            raise CommandError(f"{deployment} has no parameter {name[:60]}{meant} There are: {list_names(known)}.")


def refuse_parameter(deployment: str, detail: str) -> NoReturn:
    """Raise CommandError for what Prefect finds wrong in the parameters, in one sentence."""
    reason = " ".join(detail.removeprefix("Error creating flow run: ").split())
    of_field = OF_A_FIELD.search(reason)
    name, why = of_field.groups() if of_field else ("its parameters", reason)
    hint = ' (-p takes JSON, such as -p \'models=["a", "b"]\')' if "is not of type" in why else ""
    told = shorten(why, most=MOST_OF_A_REASON).rstrip(".")
    raise CommandError(f"{deployment} does not take what is given for {name}: {told}{hint}.") from None
