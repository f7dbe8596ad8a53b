"""`oai-azure-release`: does a release keep answering for hours, past the lifetimes of its HTTP clients?"""

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
from suites import oai_azure_release as suite


@flow(name="oai-azure-release")
async def oai_azure_release(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 1.0,
    max_tokens: Tokens = None,
    stream: bool = False,
    gateway_retries: bool = False,
    stop_early: bool = True,
    max_cost: Dollars = None,
    timeout_seconds: Seconds = 60.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Sends chat completions round robin over the models at a steady rate and judges how many failed.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Models to test; empty means all chat models that the gateway lists.
        duration_hours: How long to send, in hours (0.0005 to 168). Regressions of client lifetimes need 1.25 or more.
        max_failure_rate: Share of requests that may fail, 0.0001 to 0.99; 0.01 is 1 %.
        request_interval_seconds: Time from one request to the next, in seconds (0.02 to 3600).
        max_tokens: Longest answer of a model, in tokens (1 to 4096); empty finds what each model needs.
        stream: Ask for streamed answers.
        gateway_retries: Let the gateway itself retry and fall back, which may hide failures.
        stop_early: End the run once its failure is certain: decided by count, or 60 failures in a row.
        max_cost: Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.oai_azure_release(
            duration_hours=duration_hours,
            max_failure_rate=max_failure_rate,
            request_interval_seconds=request_interval_seconds,
            max_tokens=max_tokens,
            stream=stream,
            gateway_retries=gateway_retries,
            stop_early=stop_early,
        ),
        Target(gateway, deployment_url, models, timeout_seconds, slack, max_cost),
    )
