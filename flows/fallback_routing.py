"""`fallback-routing`: does a group with a failing deployment still answer, by retries and fallbacks?"""

from prefect import flow
from prefect.client.schemas.objects import State

from litellm_observatory.orchestration.parameters import (
    SLACK_BLOCK,
    BlockName,
    DeploymentUrl,
    Dollars,
    Hours,
    Interval,
    Models,
    Seconds,
    Share,
    SlackBlockName,
    Tokens,
)
from litellm_observatory.orchestration.run import Target
from litellm_observatory.orchestration.run_suite import run_suite
from suites import fallback_routing as suite


@flow(name="fallback-routing")
async def fallback_routing(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    duration_hours: Hours = 0.25,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 0.5,
    max_tokens: Tokens = None,
    max_cost: Dollars = None,
    timeout_seconds: Seconds = 60.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Sends chat completions to model groups with a failing deployment and judges what users still feel of it.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Model groups to test, each with a failing and a healthy deployment; empty means all chat models.
        duration_hours: How long to send, in hours (0.0005 to 168).
        max_failure_rate: Share of requests that may fail after all rescues, 0.0001 to 0.99; 0.01 is 1 %.
        request_interval_seconds: Time from one request to the next, in seconds (0.02 to 3600).
        max_tokens: Longest answer of a model, in tokens (1 to 4096); empty finds what each model needs.
        max_cost: Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.fallback_routing(
            duration_hours=duration_hours,
            max_failure_rate=max_failure_rate,
            request_interval_seconds=request_interval_seconds,
            max_tokens=max_tokens,
        ),
        Target(gateway, deployment_url, models, timeout_seconds, slack, max_cost),
    )
