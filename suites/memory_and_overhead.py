"""`memory-and-overhead`: what does a steady load cost the gateway itself, in time and in memory?"""

from typing import Annotated

from pydantic import Field

from litellm_observatory.core.objectives import default_objectives
from litellm_observatory.core.objectives.limits import overhead_limit
from litellm_observatory.core.objectives.memory_growth import MemoryGrowth
from litellm_observatory.core.parameters import GrowthPerHour, Hours, Interval, OverheadMs, Share, Tokens
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import chat, memory


def memory_and_overhead(
    *,
    duration_hours: Annotated[
        Hours,
        Field(
            description="How long to send, in hours (0.0005 to 168). A leak of 100 MB an hour shows in half an hour."
        ),
    ] = 1.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 0.2,
    max_overhead_ms: OverheadMs = 100.0,
    max_memory_growth_mb_per_hour: GrowthPerHour = 100.0,
    max_tokens: Tokens = None,
) -> Soak:
    """Chat completions at a steady rate, and beside them readings of the gateway's memory."""
    return Soak(
        name="memory-and-overhead",
        requests=lambda model, facts: [chat(model, max_tokens=facts.bound(model, max_tokens))],
        gauge=memory(),
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=(
            *default_objectives(max_failure_rate),
            overhead_limit(max_overhead_ms),
            MemoryGrowth(max_memory_growth_mb_per_hour),
        ),
    )
