"""`oai-azure-release`: does a release keep answering for hours, past the lifetimes of its HTTP clients?"""

from litellm_observatory.core.objectives import default_objectives
from litellm_observatory.core.parameters import GatewayRetries, Hours, Interval, Share, StopEarly, Streamed, Tokens
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import chat


def oai_azure_release(
    *,
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 1.0,
    max_tokens: Tokens = None,
    stream: Streamed = False,
    gateway_retries: GatewayRetries = False,
    stop_early: StopEarly = True,
) -> Soak:
    """Chat completions round robin over the models; without `gateway_retries` no failure is hidden."""
    return Soak(
        name="oai-azure-release",
        requests=lambda model, facts: [
            chat(model, max_tokens=facts.bound(model, max_tokens), stream=stream, gateway_retries=gateway_retries),
        ],
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=default_objectives(max_failure_rate),
        stop_early=stop_early,
    )
