"""Identity: what makes two runs the same test, however they were started."""

import hashlib
import inspect
import json
from collections.abc import Collection, Mapping
from typing import Any

from prefect import Flow

RELEASE_TAG = "release:"
"""Runs of different releases carry different tags `release:VERSION`, and so are never the same test."""

TOLD = {"slack"}
"""Parameters that say who is told of a test, and nothing of what is tested."""

Parameters = Mapping[str, Any]


def full_parameters(flow: Flow[Any, Any], given: Parameters) -> dict[str, Any]:
    """The parameters of a run with the flow's defaults filled in, models in one order, URLs spelt one way."""
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(flow.fn).parameters.items()
        if parameter.default is not parameter.empty
    }
    full = {**defaults, **given}
    if models := full.get("models"):
        full["models"] = sorted(models)
    if url := full.get("deployment_url"):
        full["deployment_url"] = url.strip().rstrip("/")
    return full


def identity(flow: Flow[Any, Any], given: Parameters, tags: Collection[str]) -> str:
    """A short name that two runs share when they are the same test of the same release."""
    releases = sorted(tag for tag in tags if tag.startswith(RELEASE_TAG))
    tested = {name: value for name, value in full_parameters(flow, given).items() if name not in TOLD}
    said = json.dumps([flow.name, tested, releases], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def subject(flow: Flow[Any, Any], given: Parameters) -> tuple[Any, ...]:
    """Gateway, URL and models of a run: runs that share them tell one story, whatever their duration."""
    full = full_parameters(flow, given)
    return full.get("gateway"), full.get("deployment_url"), tuple(full.get("models") or ())
