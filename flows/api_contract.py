"""`api-contract`: does every route keep its word: answers, refusals, headers, probes?"""

from prefect import flow
from prefect.client.schemas.objects import State

from litellm_observatory.orchestration.parameters import (
    SLACK_BLOCK,
    BlockName,
    DeploymentUrl,
    Dollars,
    Models,
    ResponseTokens,
    Seconds,
    SlackBlockName,
)
from litellm_observatory.orchestration.run import Target
from litellm_observatory.orchestration.run_suite import run_suite
from suites import api_contract as suite


@flow(name="api-contract")
async def api_contract(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    max_tokens: ResponseTokens = None,
    accept_losses: bool = False,
    max_cost: Dollars = None,
    timeout_seconds: Seconds = 60.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Asks every route once, sensibly and not, and says which cases passed, failed, or were skipped, and why.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Models to test; empty means all chat models that the gateway lists, and its first embedding model.
        max_tokens: Longest answer of a model, in tokens (16 to 4096); empty finds what each model needs.
        accept_losses: Pass without cases that the last passed run had, such as routes that you switched off.
        max_cost: Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.api_contract(max_tokens=max_tokens, accept_losses=accept_losses),
        Target(gateway, deployment_url, models, timeout_seconds, slack, max_cost),
    )
