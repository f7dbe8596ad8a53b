"""Starting a gate: one release and attempt is one run, whoever asks for it first."""

from collections.abc import Mapping
from typing import Any

from deployments import starting
from deployments.api import Prefect, Run
from deployments.gate.wish import Wish
from deployments.obstacle import Obstacle
from litellm_observatory.core.text import listed

DEPLOYMENT = "release-gate/on-demand"


def start(prefect: Prefect, wish: Wish, after: Run | None = None) -> Run:
    """The run that tests this release under this key, whoever asked for it first. Raises Obstacle.

    `after` is a run under the same key that ended as a duplicate: the one that is started in its place.
    """
    deployment = starting.read_deployment(prefect, DEPLOYMENT)
    key = f"{wish.key}-after-{after.id}" if after else wish.key
    run = starting.start(prefect, DEPLOYMENT, deployment, wish.asked, key)
    known = starting.known_parameters(deployment)
    defaults = {name: field["default"] for name, field in known.items() if "default" in field}
    defaults |= deployment.get("parameters") or {}
    check_same(defaults | wish.asked, defaults | run.parameters, wish)
    return run


def check_same(asked: Mapping[str, Any], given: Mapping[str, Any], wish: Wish) -> None:
    """Raise Obstacle when the run under this key was started with other parameters; only their names are told."""
    others = [name for name in {*asked, *given} if asked.get(name) != given.get(name)]
    if others:
        raise Obstacle(
            f"{wish.named.capitalize()} of release {wish.release} was started before with another value of "
            f"{listed(others)}; give {wish.another}, to test it with these."
        )
