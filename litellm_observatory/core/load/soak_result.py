"""The result of a soak: its samples, how many requests were due, and which of them were not observed."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.early_stop import Stop
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.traffic import Traffic


@dataclass(frozen=True, eq=False)
class SoakResult:
    """The samples of a soak, beside what was due of its schedule.

    `due` counts the requests that were due until the soak ended and were not given up; `not_observed` are the indices
    of those that were due while it was interrupted. `stop` says why it ended early, if it did.
    """

    tally: Tally
    due: int
    not_observed: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    stop: Stop | None = None

    @classmethod
    def of(
        cls, traffic: Traffic, tally: Tally, *, start: float = 0.0, stop: Stop | None = None, blind: int = 0
    ) -> "SoakResult":
        """The result of a schedule whose first request was due at `start` on the event loop's clock.

        Of the first `blind` requests those without a sample were not observed. Requests after a stop are not due.
        """
        due = traffic.due_by(stop.instant - start) if stop else traffic.count
        missing = np.setdiff1d(np.arange(min(blind, due)), tally.rows["index"])
        return cls(tally, due - (stop.given_up if stop else 0), missing, stop)
