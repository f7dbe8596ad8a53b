"""`streaming-release`: do streams keep flowing, long ones also across the hour at which HTTP clients expire?"""

from prefect import flow
from prefect.client.schemas.objects import State

from litellm_observatory.orchestration.parameters import (
    SLACK_BLOCK,
    BlockName,
    DeploymentUrl,
    Dollars,
    Hours,
    Interval,
    LongTokens,
    Models,
    Seconds,
    Share,
    SlackBlockName,
)
from litellm_observatory.orchestration.run import Target
from litellm_observatory.orchestration.run_suite import run_suite
from suites import streaming_release as suite


@flow(name="streaming-release")
async def streaming_release(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 5.0,
    long_tokens: LongTokens = 1024,
    max_cost: Dollars = None,
    timeout_seconds: Seconds = 300.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Sends short and long streamed chat completions in turn and judges how many were cut, silent or buffered.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Models to test; empty means all chat models that the gateway lists.
        duration_hours: How long to send, in hours (0.0005 to 168). Regressions of client lifetimes need 1.25 or more.
        max_failure_rate: Share of requests that may fail, 0.0001 to 0.99; 0.01 is 1 %.
        request_interval_seconds: Time from one request to the next, in seconds (0.02 to 3600).
        long_tokens: Length of the long streams, in tokens (64 to 2048).
        max_cost: Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.streaming_release(
            duration_hours=duration_hours,
            max_failure_rate=max_failure_rate,
            request_interval_seconds=request_interval_seconds,
            long_tokens=long_tokens,
        ),
        Target(gateway, deployment_url, models, timeout_seconds, slack, max_cost),
    )
