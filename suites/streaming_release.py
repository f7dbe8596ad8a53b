"""`streaming-release`: do streams keep flowing, long ones also across the hour at which HTTP clients expire?"""

from litellm_observatory.core.objectives import default_objectives
from litellm_observatory.core.objectives.streams_across_client_expiry import StreamsAcrossClientExpiry
from litellm_observatory.core.parameters import Hours, Interval, LongTokens, Share
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import LONG_TOKENS, chat, long_stream


def streaming_release(
    *,
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 5.0,
    long_tokens: LongTokens = LONG_TOKENS,
) -> Soak:
    """Short and long streams in turn, a long one across each hour of a model's use; buffered ones fail."""
    return Soak(
        name="streaming-release",
        requests=lambda model, facts: [
            chat(model, max_tokens=facts.bound(model, None), stream=True),
            long_stream(model, max_tokens=long_tokens + facts.tokens.get(model, 0)),
        ],
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=(*default_objectives(max_failure_rate), StreamsAcrossClientExpiry(max_failure_rate)),
    )
