"""The objectives. Each is a small value that turns a tally into a finding."""

from litellm_observatory.core.judging.verdict import Objective
from litellm_observatory.core.objectives.against_last_passed import AgainstLastPassed
from litellm_observatory.core.objectives.limits import P95Limit, latency_limit, overhead_limit
from litellm_observatory.core.objectives.memory_growth import MemoryGrowth
from litellm_observatory.core.objectives.no_burst import NoBurst
from litellm_observatory.core.objectives.no_known_regression import NoKnownRegression
from litellm_observatory.core.objectives.per_model import (
    ConsistentDimensions,
    EveryModelAnswered,
    PerModelFailureRate,
)
from litellm_observatory.core.objectives.shares import Rescued, Share, content, rescues
from litellm_observatory.core.objectives.still_listed import StillListed
from litellm_observatory.core.objectives.streams_across_client_expiry import StreamsAcrossClientExpiry

__all__ = [
    "AgainstLastPassed",
    "ConsistentDimensions",
    "EveryModelAnswered",
    "MemoryGrowth",
    "NoBurst",
    "NoKnownRegression",
    "P95Limit",
    "PerModelFailureRate",
    "Rescued",
    "Share",
    "StillListed",
    "StreamsAcrossClientExpiry",
    "content",
    "default_objectives",
    "latency_limit",
    "overhead_limit",
    "pattern_objectives",
    "rescues",
]


def default_objectives(max_failure_rate: float) -> tuple[Objective, ...]:
    """The objectives of every soak: patterns that a rate (between 0 and 1) hides, and the share of rescues."""
    return (*pattern_objectives(max_failure_rate), rescues())


def pattern_objectives(max_failure_rate: float) -> tuple[Objective, ...]:
    """Known regressions, bursts, single models that fail or prove nothing, empty or malformed answers."""
    return (
        NoKnownRegression(),
        NoBurst(max_failure_rate),
        PerModelFailureRate(max_failure_rate),
        EveryModelAnswered(),
        content(max_failure_rate / 2),
    )
