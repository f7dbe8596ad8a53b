"""`responses-release`: does a release keep answering the Responses API, whole and streamed?"""

from litellm_observatory.core.objectives import default_objectives
from litellm_observatory.core.parameters import Hours, Interval, ResponseTokens, Share
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import response


def responses_release(
    *,
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 1.0,
    max_tokens: ResponseTokens = None,
) -> Soak:
    """Responses round robin over the models, whole and streamed in turn; no failure is hidden."""
    return Soak(
        name="responses-release",
        requests=lambda model, facts: [
            response(model, max_tokens=facts.bound(model, max_tokens), stream=stream) for stream in (False, True)
        ],
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=default_objectives(max_failure_rate),
    )
