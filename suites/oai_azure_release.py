"""`oai-azure-release`: does a release keep answering for hours, past the lifetimes of its HTTP clients?"""

from functools import partial

from suites.objectives.every_model import EveryModel
from suites.objectives.never import Never
from suites.objectives.no_burst import NoBurst
from suites.objectives.shares import content, rescues
from suites.suite import Soak
from suites.wire.request import MAX_TOKENS, chat


def oai_azure_release(
    *,
    duration_hours: float = 3.0,
    max_failure_rate: float = 0.01,
    request_interval_seconds: float = 1.0,
    max_tokens: int = MAX_TOKENS,
    stream: bool = False,
    gateway_retries: bool = False,
    stop_early: bool = True,
) -> Soak:
    """Chat completions round robin over the models; without `gateway_retries` no failure is hidden."""
    return Soak(
        name="oai-azure-release",
        request=partial(chat, max_tokens=max_tokens, stream=stream, gateway_retries=gateway_retries),
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=(
            Never(),
            NoBurst(max_failure_rate),
            EveryModel(max_failure_rate),
            content(max_failure_rate / 2),
            rescues(),
        ),
        stop_early=stop_early,
    )
