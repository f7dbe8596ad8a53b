"""`mcp-release`: does a release keep listing the tools of its MCP servers?"""

from prefect import flow
from prefect.client.schemas.objects import State

from litellm_observatory.orchestration.parameters import (
    SLACK_BLOCK,
    BlockName,
    DeploymentUrl,
    Hours,
    Interval,
    Seconds,
    Servers,
    Share,
    SlackBlockName,
)
from litellm_observatory.orchestration.run import Target
from litellm_observatory.orchestration.run_suite import run_suite
from suites import mcp_release as suite


@flow(name="mcp-release")
async def mcp_release(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    servers: Servers = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 30.0,
    accept_losses: bool = False,
    timeout_seconds: Seconds = 60.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Asks for the list of MCP tools at a steady rate and judges how often a server had none in it.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        servers: MCP servers to test; empty means all that the gateway lists.
        duration_hours: How long to send, in hours (0.0005 to 168). Regressions of client lifetimes need 1.25 or more.
        max_failure_rate: Share of requests that may fail, 0.0001 to 0.99; 0.01 is 1 %.
        request_interval_seconds: Time from one request to the next, in seconds (0.02 to 3600).
        accept_losses: Pass without MCP servers that the last passed run had and that the gateway lists no more.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.mcp_release(
            duration_hours=duration_hours,
            max_failure_rate=max_failure_rate,
            request_interval_seconds=request_interval_seconds,
            accept_losses=accept_losses,
        ),
        Target(gateway, deployment_url, servers, timeout_seconds, slack),
    )
