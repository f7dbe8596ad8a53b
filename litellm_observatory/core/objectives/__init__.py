"""The objectives. Each is a small value that turns a tally into a finding."""

from litellm_observatory.core.judging.verdict import Objective
from litellm_observatory.core.objectives.no_burst import NoBurst
from litellm_observatory.core.objectives.no_known_regression import NoKnownRegression
from litellm_observatory.core.objectives.per_model import EveryModelAnswered, PerModelFailureRate
from litellm_observatory.core.objectives.shares import content, rescues


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
