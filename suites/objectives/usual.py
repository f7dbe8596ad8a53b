"""What every soak is judged by beside its failure rate."""

from suites.judging.verdict import Objective
from suites.objectives.every_model import EveryModel
from suites.objectives.every_model_answered import EveryModelAnswered
from suites.objectives.never import Never
from suites.objectives.no_burst import NoBurst
from suites.objectives.shares import content, rescues


def usual(max_failure_rate: float) -> tuple[Objective, ...]:
    """What a rate (between 0 and 1) hides, and that few requests need a rescue."""
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
