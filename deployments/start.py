"""Starting a run of a deployment: the parameters are looked at before anything runs."""

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import httpx
from prefect.client.schemas.responses import DeploymentResponse

from deployments.api import PrefectApi, Run
from deployments.command_error import CommandError
from deployments.paths import venv_command
from deployments.retries import ApiError
from litellm_observatory.core.text import did_you_mean, list_names, shorten

MOST_OF_A_REASON = 300
OF_A_FIELD = re.compile(r"failed for field '(.+?)'\. Failure reason: (.*)")


def read_deployment(prefect: PrefectApi, name: str) -> DeploymentResponse:
    """The deployment FLOW/DEPLOYMENT. Raises CommandError with the choices where there is none."""
    try:
        return prefect.read_deployment(name)
    except ApiError as refusal:
        if refusal.status != httpx.codes.NOT_FOUND:
            raise
        there = prefect.suites()
        choices = f" There are: {list_names(there)}." if there else ""
        raise CommandError(
            f"The Prefect server at {prefect.url} has no deployment {name[:100]}"
            f"{did_you_mean(name.partition('/')[0], there)}; bring what is declared there: "
            f"{venv_command('litellm-observatory')} apply.{choices}"
        ) from None


def start(
    prefect: PrefectApi,
    name: str,
    deployment: DeploymentResponse,
    parameters: Mapping[str, Any],
    key: str | None = None,
) -> Run:
    """A run of a deployment that was read; the one that was started under `key` before, if any.

    Raises CommandError where the deployment does not take the parameters; nothing runs then.
    """
    check_names(name, parameters, known_parameters(deployment))
    try:
        return prefect.start_run(name, dict(parameters), key)
    except ApiError as refusal:
        if refusal.status not in (400, 409, 422):
            raise
        refuse_parameter(name, refusal.detail)


def known_parameters(deployment: DeploymentResponse) -> Mapping[str, Any]:
    """The parameters that a deployment takes; none where it does not tell them."""
    known: Mapping[str, Any] = (deployment.parameter_openapi_schema or {}).get("properties") or {}
    return known


def check_names(deployment: str, asked: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Raise CommandError for a parameter that a deployment does not have; where they are not known, for none."""
    for name in asked if known else ():
        if name not in known:
            meant = did_you_mean(name, known)
            raise CommandError(f"{deployment} has no parameter {name[:60]}{meant}. There are: {list_names(known)}.")


def refuse_parameter(deployment: str, detail: str) -> NoReturn:
    """Raise CommandError for what Prefect finds wrong in the parameters, in one sentence."""
    reason = " ".join(detail.removeprefix("Error creating flow run: ").split())
    of_field = OF_A_FIELD.search(reason)
    name, why = of_field.groups() if of_field else ("its parameters", reason)
    hint = ' (-p takes JSON, such as -p \'models=["a", "b"]\')' if "is not of type" in why else ""
    short = shorten(why, most=MOST_OF_A_REASON).rstrip(".")
    raise CommandError(f"{deployment} does not take what is given for {name}: {short}{hint}.") from None
