"""Policy: what a run that ended without telling so needs, decided from its states alone."""

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

from prefect.client.schemas.objects import State, StateType

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.names import DUPLICATE_STATE

MOST_RESUMPTIONS = 3
"""A run that crashes after so many of them is given up. Its crashes are no count: a worker may report one again while
the next attempt is on its way (seen with Prefect 3.9.1)."""


class RecoveryAction(Enum):
    """What a run needs."""

    NOTHING = "needs nothing"
    RESUME = "is resumed where it was"
    GIVE_UP = "is given up"
    TELL_CANCELLED = "was cancelled, and its end is reported"


def decide(states: Sequence[State[object]], *, deployed: bool, told: Verdict | None) -> RecoveryAction:
    """What a run with these states, in their order, needs.

    Only a `deployed` run is started by a worker; `told` is the verdict of the report that it has made since it ran
    last, if it has made one.
    """
    kinds = [state.type for state in states]
    last = kinds[-1] if kinds else None
    if last is StateType.CANCELLED:
        return RecoveryAction.NOTHING if told or states[-1].name == DUPLICATE_STATE else RecoveryAction.TELL_CANCELLED
    if last is not StateType.CRASHED or told is Verdict.CRASHED:
        return RecoveryAction.NOTHING
    before = next((kind for kind in reversed(kinds) if kind is not StateType.CRASHED), None)
    if before is StateType.CANCELLING:
        return RecoveryAction.NOTHING if told else RecoveryAction.TELL_CANCELLED
    resumptions = sum(pair == (StateType.CRASHED, StateType.SCHEDULED) for pair in pairwise(kinds))
    return RecoveryAction.RESUME if deployed and resumptions < MOST_RESUMPTIONS else RecoveryAction.GIVE_UP
