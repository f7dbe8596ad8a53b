"""`fallback-routing`: does a group with a failing deployment still answer, by retries and fallbacks?"""

from typing import Annotated

from pydantic import Field

from litellm_observatory.core.objectives import pattern_objectives
from litellm_observatory.core.objectives.shares import Rescued
from litellm_observatory.core.parameters import Hours, Interval, Share, Tokens
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import chat


def fallback_routing(
    *,
    duration_hours: Annotated[Hours, Field(description="How long to send, in hours (0.0005 to 168).")] = 0.25,
    max_failure_rate: Annotated[
        Share, Field(description="Share of requests that may fail after all rescues, 0.0001 to 0.99; 0.01 is 1 %.")
    ] = 0.01,
    request_interval_seconds: Interval = 0.5,
    max_tokens: Tokens = None,
) -> Soak:
    """Chat completions as users send them: the gateway may retry and fall back, and says how often it did."""
    return Soak(
        name="fallback-routing",
        requests=lambda model, facts: [chat(model, max_tokens=facts.bound(model, max_tokens), gateway_retries=True)],
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=(*pattern_objectives(max_failure_rate), Rescued()),
    )
