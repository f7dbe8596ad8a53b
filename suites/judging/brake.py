"""The brake: ends a soak early once its failure is certain. Never for a pass: a soak must outlive its TTLs."""

import asyncio
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass

from suites.judging.attribution import Blame, blame
from suites.judging.intervals import Rate
from suites.wire.failures import Failure

CONSECUTIVE = 60
"""So many failures in a row need no more evidence, and would only cost money."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a soak was ended early, at which instant of the event loop's clock, and how many were then given up."""

    reason: str
    instant: float
    given_up: int


class Brake:
    """Watches the samples of a run as they come in; once pulled, it stays so.

    `planned` is how many requests the whole run has, `limit` the failure rate it is judged by (between 0 and 1).
    A brake that is not `armed` watches but is never pulled.
    """

    def __init__(self, planned: int, limit: float, *, armed: bool = True) -> None:
        self.pulled = asyncio.Event()
        self.given_up = 0
        self._armed = armed
        self._limit = limit
        self._certain = failures_that_decide(planned, limit)
        self._seen = self._failures = self._in_a_row = self._not_the_providers = 0
        self._reason, self._instant = "", 0.0

    @property
    def stop(self) -> Stop | None:
        """How the run was ended early; None when it was not."""
        return Stop(self._reason, self._instant, self.given_up) if self.pulled.is_set() else None

    def saw(self, failure: Failure | None) -> None:
        """Take one more sample into account, in the order in which they end.

        A row of a provider's failures alone ends a run only when the rate so far is proven to be above the limit:
        such a burst fails no run.
        """
        if failure is None:
            self._seen += 1
            self._in_a_row = self._not_the_providers = 0
        elif not failure.kind.is_the_clients:
            self._seen += 1
            self._failures += 1
            self._in_a_row += 1
            self._not_the_providers += blame(failure) is not Blame.PROVIDER
        if self._armed and not self.pulled.is_set():
            self._pull_if_certain()

    def _pull_if_certain(self) -> None:
        if self._failures >= self._certain:
            self._reason = f"{self._failures:,} failures decide it, even if every remaining request passed"
        elif self._not_the_providers >= CONSECUTIVE or (
            self._in_a_row >= CONSECUTIVE and Rate(self._failures, self._seen).low > self._limit
        ):
            self._reason = f"{self._in_a_row} requests in a row failed"
        else:
            return
        self._instant = asyncio.get_running_loop().time()
        self.pulled.set()

    async def held_until(self, instant: float) -> bool:
        """Wait until an instant on the event loop's clock; False at once when the brake is pulled before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.pulled.wait(), max(0.0, instant - asyncio.get_running_loop().time()))
        return not self.pulled.is_set()


def failures_that_decide(planned: int, limit: float) -> int:
    """The least number of failures of `planned` requests that puts the true rate above `limit` for sure."""
    return 1 + bisect_left(range(1, planned + 1), True, key=lambda failures: Rate(failures, planned).low > limit)
