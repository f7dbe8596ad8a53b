"""The list of MCP tools: each named server has at least one in it."""

import pytest

from litellm_observatory.core.wire.checks.mcp import lists_tools_of
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Reply
from tests.core.examples import replied

LISTED = replied({"tools": [{"name": "weather-get_weather"}, {"name": "clock-now"}]})


def test_a_server_with_a_tool_passes() -> None:
    assert lists_tools_of("weather")(LISTED) is None


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (
            LISTED,
            Failure(FailureKind.EMPTY, "no tool of MCP server 'wea' is listed; there are some of: clock, weather"),
        ),
        (
            replied({"tools": []}),
            Failure(FailureKind.EMPTY, "no tool of MCP server 'wea' is listed; there are some of: none"),
        ),
        (replied({}), Failure(FailureKind.MALFORMED, "200 but no list of tools")),
        (replied({"detail": "Not Found"}, 404), Failure(FailureKind.BAD_REQUEST, '404: {"detail": "Not Found"}')),
    ],
)
def test_a_server_without_one_fails_and_is_named(reply: Reply, failure: Failure) -> None:
    assert lists_tools_of("wea")(reply) == failure
