"""`single-request`: does every model answer at all?"""

from prefect import flow
from prefect.client.schemas.objects import State

from litellm_observatory.orchestration.parameters import (
    SLACK_BLOCK,
    BlockName,
    DeploymentUrl,
    Dollars,
    Models,
    Seconds,
    SlackBlockName,
    Tokens,
)
from litellm_observatory.orchestration.run import Target
from litellm_observatory.orchestration.run_suite import run_suite
from suites import single_request as suite


@flow(name="single-request")
async def single_request(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    max_tokens: Tokens = None,
    stream: bool = False,
    gateway_retries: bool = False,
    max_cost: Dollars = None,
    timeout_seconds: Seconds = 60.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Sends one real chat completion to every model; transient faults are retried and told.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Models to test; empty means all chat models that the gateway lists.
        max_tokens: Longest answer of a model, in tokens (1 to 4096); empty finds what each model needs.
        stream: Ask for streamed answers.
        gateway_retries: Let the gateway itself retry and fall back, which may hide failures.
        max_cost: Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.single_request(max_tokens=max_tokens, stream=stream, gateway_retries=gateway_retries),
        Target(gateway, deployment_url, models, timeout_seconds, slack, max_cost),
    )
