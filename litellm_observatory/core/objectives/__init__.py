"""What must hold over a run. Each objective is a small value that turns a tally into a finding; all stand here."""

from litellm_observatory.core.judging.verdict import Objective
from litellm_observatory.core.objectives.across_the_hour import AcrossTheHour
from litellm_observatory.core.objectives.against_last_good import AgainstLastGood
from litellm_observatory.core.objectives.every_model import EveryModel
from litellm_observatory.core.objectives.every_model_answered import EveryModelAnswered
from litellm_observatory.core.objectives.limits import P95Limit, latency_limit, overhead_limit
from litellm_observatory.core.objectives.memory_growth import MemoryGrowth
from litellm_observatory.core.objectives.never import Never
from litellm_observatory.core.objectives.no_burst import NoBurst
from litellm_observatory.core.objectives.one_length import OneLength
from litellm_observatory.core.objectives.rescued import Rescued
from litellm_observatory.core.objectives.shares import Share, content, rescues
from litellm_observatory.core.objectives.still_listed import StillListed

__all__ = [
    "AcrossTheHour",
    "AgainstLastGood",
    "EveryModel",
    "EveryModelAnswered",
    "MemoryGrowth",
    "Never",
    "NoBurst",
    "OneLength",
    "P95Limit",
    "Rescued",
    "Share",
    "StillListed",
    "content",
    "hidden_by_a_rate",
    "latency_limit",
    "overhead_limit",
    "rescues",
    "usual",
]


def usual(max_failure_rate: float) -> tuple[Objective, ...]:
    """What every soak is judged by: what a rate (between 0 and 1) hides, and that few requests need a rescue."""
    return (*hidden_by_a_rate(max_failure_rate), rescues())


def hidden_by_a_rate(max_failure_rate: float) -> tuple[Objective, ...]:
    """Known regressions, bursts, one dead or mute model of many, answers that are none."""
    return (
        Never(),
        NoBurst(max_failure_rate),
        EveryModel(max_failure_rate),
        EveryModelAnswered(),
        content(max_failure_rate / 2),
    )
