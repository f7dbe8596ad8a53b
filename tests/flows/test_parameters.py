"""Parameters that flows share."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from flows.parameters import DeploymentUrl, ReleaseTag, SuiteName


@pytest.mark.parametrize(
    ("kind", "text"),
    [(DeploymentUrl, "https://litellm.example.com"), (ReleaseTag, "v1.90.0"), (SuiteName, "api-contract")],
)
def test_a_line_break_that_the_server_lets_pass_is_taken_off(kind: Any, text: str) -> None:
    assert TypeAdapter(kind).validate_python(f"{text}\n") == text
