"""`mcp-release`: does a release keep listing the tools of its MCP servers?"""

from typing import Annotated

from pydantic import Field

from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.objectives import default_objectives
from litellm_observatory.core.parameters import AcceptLosses, Hours, Interval, Share
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import mcp_tools


def mcp_release(
    *,
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 30.0,
    accept_losses: Annotated[
        AcceptLosses,
        Field(
            description="Pass without MCP servers that the last passed run had and that the gateway lists no more."
        ),
    ] = False,
) -> Soak:
    """The list of tools round robin over the servers, each of which has at least one in it; none may be gone."""
    return Soak(
        name="mcp-release",
        kind=TargetKind.MCP_SERVER,
        requests=lambda server, facts: [mcp_tools(server, alone=len(facts.modes) == 1)],
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=default_objectives(max_failure_rate),
        accept_losses=accept_losses,
    )
