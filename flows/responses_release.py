"""`responses-release`: does a release keep answering the Responses API, whole and streamed?"""

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
    ResponseTokens,
    Seconds,
    Share,
    SlackBlockName,
)
from litellm_observatory.orchestration.run import Target
from litellm_observatory.orchestration.run_suite import run_suite
from suites import responses_release as suite


@flow(name="responses-release")
async def responses_release(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 1.0,
    max_tokens: ResponseTokens = None,
    max_cost: Dollars = None,
    timeout_seconds: Seconds = 60.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Sends requests to /v1/responses, whole and streamed in turn, at a steady rate and judges how many failed.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Models to test; empty means all chat models that the gateway lists.
        duration_hours: How long to send, in hours (0.0005 to 168). Regressions of client lifetimes need 1.25 or more.
        max_failure_rate: Share of requests that may fail, 0.0001 to 0.99; 0.01 is 1 %.
        request_interval_seconds: Time from one request to the next, in seconds (0.02 to 3600).
        max_tokens: Longest answer of a model, in tokens (16 to 4096); empty finds what each model needs.
        max_cost: Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.responses_release(
            duration_hours=duration_hours,
            max_failure_rate=max_failure_rate,
            request_interval_seconds=request_interval_seconds,
            max_tokens=max_tokens,
        ),
        Target(gateway, deployment_url, models, timeout_seconds, slack, max_cost),
    )
