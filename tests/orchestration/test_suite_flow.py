"""A suite's flow: its run form, as it is deployed."""

import importlib
import json
from pathlib import Path
from typing import Annotated

import pytest
from prefect import Flow
from prefect.utilities.callables import parameter_schema
from pydantic import Field

from litellm_observatory.core.parameters import Hours
from litellm_observatory.core.suite import Soak
from litellm_observatory.orchestration.suite_flow import described, suite_flow
from tests.core.own_suite import polite

SCHEMAS = json.loads(Path(__file__).with_name("schemas.json").read_text())
"""The parameters of every flow by its name: what pipelines and stored runs rely on, and the run form shows."""


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_parameters_of_a_flow_stay_as_they_are(name: str) -> None:
    """Name, default, bounds, description and order; a change of these is one of the public contract."""
    module = name.replace("-", "_")
    flow = getattr(importlib.import_module(f"flows.{module}"), module)
    assert isinstance(flow, Flow)
    assert flow.name == name
    assert parameter_schema(flow).model_dump_for_openapi() == SCHEMAS[name]


def test_the_last_description_of_a_type_counts() -> None:
    assert described(Hours).startswith("How long to send, in hours")
    assert described(Annotated[Hours, Field(description="until noon")]) == "until noon"


def test_a_parameter_without_a_description_is_told_when_the_flow_is_made() -> None:
    def silent(*, size: int = 3) -> Soak:
        return polite(duration_hours=size)

    with pytest.raises(TypeError, match="has no description"):
        suite_flow(silent)
