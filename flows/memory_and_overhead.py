"""`memory-and-overhead`: what does a steady load cost the gateway itself, in time and in memory?"""

from prefect import flow
from prefect.client.schemas.objects import State

from litellm_observatory.orchestration.parameters import (
    SLACK_BLOCK,
    BlockName,
    DeploymentUrl,
    Dollars,
    Hours,
    Interval,
    MegabytesPerHour,
    Milliseconds,
    Models,
    Seconds,
    Share,
    SlackBlockName,
    Tokens,
)
from litellm_observatory.orchestration.run import Target
from litellm_observatory.orchestration.run_suite import run_suite
from suites import memory_and_overhead as suite


@flow(name="memory-and-overhead")
async def memory_and_overhead(
    gateway: BlockName = "default",
    deployment_url: DeploymentUrl = None,
    models: Models = [],  # noqa: B006  Prefect shows the default in the run form and never changes it
    duration_hours: Hours = 1.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 0.2,
    max_overhead_ms: Milliseconds = 100.0,
    max_memory_growth_mb_per_hour: MegabytesPerHour = 100.0,
    max_tokens: Tokens = None,
    max_cost: Dollars = None,
    timeout_seconds: Seconds = 60.0,
    slack: SlackBlockName = SLACK_BLOCK,
) -> State[None]:
    """Sends chat completions at a steady rate and judges the gateway's own time, and the growth of its memory.

    Args:
        gateway: Name of the LiteLLM Gateway block to test.
        deployment_url: URL of a release of that gateway to test instead; its host must be one that the block allows.
        models: Models to test; empty means all chat models that the gateway lists.
        duration_hours: How long to send, in hours (0.0005 to 168). A leak of 100 MB an hour shows in half an hour.
        max_failure_rate: Share of requests that may fail, 0.0001 to 0.99; 0.01 is 1 %.
        request_interval_seconds: Time from one request to the next, in seconds (0.02 to 3600).
        max_overhead_ms: Time that the gateway may add to 95 % of the answers, in milliseconds (0.1 to 60000).
        max_memory_growth_mb_per_hour: Growth of any one process after its warm-up, in MB an hour (1 to 1000000).
        max_tokens: Longest answer of a model, in tokens (1 to 4096); empty finds what each model needs.
        max_cost: Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound.
        timeout_seconds: Longest wait for one whole answer, in seconds (0.1 to 600).
        slack: Name of the Slack Incoming Webhook block to tell; empty tells nobody.
    """
    return await run_suite(
        suite.memory_and_overhead(
            duration_hours=duration_hours,
            max_failure_rate=max_failure_rate,
            request_interval_seconds=request_interval_seconds,
            max_overhead_ms=max_overhead_ms,
            max_memory_growth_mb_per_hour=max_memory_growth_mb_per_hour,
            max_tokens=max_tokens,
        ),
        Target(gateway, deployment_url, models, timeout_seconds, slack, max_cost),
    )
