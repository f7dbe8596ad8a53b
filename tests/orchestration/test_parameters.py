"""Parameters that flows share."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from litellm_observatory.core.parameters import Share
from litellm_observatory.orchestration.parameters import DeploymentUrl, ReleaseTag, SuiteName


@pytest.mark.parametrize(
    ("kind", "text"),
    [(DeploymentUrl, "https://litellm.example.com"), (ReleaseTag, "v1.90.0"), (SuiteName, "api-contract")],
)
def test_a_line_break_that_the_server_lets_pass_is_taken_off(kind: Any, text: str) -> None:
    assert TypeAdapter(kind).validate_python(f"{text}\n") == text


@pytest.mark.parametrize("limit", [0, 1e-310, 1e-5, 0.999, 1])
def test_a_limit_that_nothing_could_tell_is_no_parameter(limit: float) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Share).validate_python(limit)
