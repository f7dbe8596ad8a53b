"""What prefect.yaml deploys, for tests and for the tables of the documents."""

from functools import cache
from typing import Any

import yaml
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

from litellm_observatory.project import PROJECT

FILE = PROJECT / "prefect.yaml"


@cache
def declared() -> dict[str, dict[str, Any]]:
    """Each stanza under `flow/deployment`."""
    stanzas = yaml.safe_load(FILE.read_text())["deployments"]
    return {f"{flow_of(stanza).name}/{stanza['name']}": stanza for stanza in stanzas}


def flow_of(stanza: dict[str, Any]) -> Flow[Any, Any]:
    """The flow that a stanza deploys, loaded as Prefect loads it."""
    flow: Flow[Any, Any] = load_flow_from_entrypoint(f"{PROJECT}/{stanza['entrypoint']}")
    return flow
