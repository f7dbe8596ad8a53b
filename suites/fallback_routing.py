"""`fallback-routing`: does a group with a failing deployment still answer, by retries and fallbacks?"""

from litellm_observatory.core.objectives import hidden_by_a_rate
from litellm_observatory.core.objectives.rescued import Rescued
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import chat


def fallback_routing(
    *,
    duration_hours: float = 0.25,
    max_failure_rate: float = 0.01,
    request_interval_seconds: float = 0.5,
    max_tokens: int | None = None,
) -> Soak:
    """Chat completions as users send them: the gateway may retry and fall back, and says how often it did."""
    return Soak(
        name="fallback-routing",
        requests=lambda model, facts: [chat(model, max_tokens=facts.bound(model, max_tokens), gateway_retries=True)],
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=(*hidden_by_a_rate(max_failure_rate), Rescued()),
    )
