"""Identity: what makes two runs the same test, however they were started."""

import hashlib
import inspect
import json
from collections.abc import Collection, Mapping
from typing import Any

from prefect import Flow

from litellm_observatory.names import RELEASE_TAG

NOT_TESTED = {"slack", "max_cost"}
"""Parameters that say who is notified of a test, and what it may cost, and nothing of what is tested."""

SAME_SUBJECT = {"release", "allow_other_version", "accept_losses", "deployment_url"}
"""Parameters by which runs may differ and yet tell one story: what somebody calls a release, and accepts of it."""

DURATION = "duration_hours"

Parameters = Mapping[str, Any]


def full_parameters(flow: Flow[Any, Any], given: Parameters) -> dict[str, Any]:
    """The parameters of a run with the flow's defaults filled in, and models in one order."""
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(flow.fn).parameters.items()
        if parameter.default is not parameter.empty
    }
    full = {**defaults, **given}
    if models := full.get("models"):
        full["models"] = sorted(models)
    return full


def key_of_test(flow: Flow[Any, Any], given: Parameters, tags: Collection[str]) -> str:
    """A short name that two runs share when they are the same test of the same release."""
    releases = sorted(tag for tag in tags if tag.startswith(RELEASE_TAG))
    tested = {name: value for name, value in full_parameters(flow, given).items() if name not in NOT_TESTED}
    said = json.dumps([flow.name, tested, releases], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def subject(flow: Flow[Any, Any], given: Parameters, url: object) -> tuple[Any, ...]:
    """Gateway, the URL at which it was, and models of a run: runs that share them tell one story."""
    full = full_parameters(flow, given)
    return full.get("gateway"), url, tuple(full.get("models") or ())


def covers(flow: Flow[Any, Any], given: Parameters, other: Parameters) -> bool:
    """Whether a run with these parameters tests the same as another one of the same subject, and no shorter."""
    full, others = full_parameters(flow, given), full_parameters(flow, other)
    as_long = full.get(DURATION, 0.0) >= others.get(DURATION, 0.0)
    return as_long and _tested(full) == _tested(others)


def _tested(full: Parameters) -> dict[str, Any]:
    """What is tested, whatever the release, and how; a subject has its gateway's URL."""
    ignored = {*NOT_TESTED, *SAME_SUBJECT, DURATION}
    tested = {name: value for name, value in full.items() if name not in ignored}
    return {name: sorted(value) if isinstance(value, list) else value for name, value in tested.items()}
