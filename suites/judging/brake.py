"""The brake: ends a soak early once its failure is certain. Never for a pass: a soak must outlive its TTLs."""

import asyncio

from suites.judging.intervals import Rate

CONSECUTIVE = 60
"""So many failures in a row need no more evidence, and would only cost money."""


class Brake:
    """Watches the samples of a run as they come in; once pulled, it stays so.

    `planned` is how many requests the whole run has, `limit` the failure rate it is judged by (between 0 and 1).
    A brake that is not `armed` watches but is never pulled.
    """

    def __init__(self, planned: int, limit: float, *, armed: bool = True) -> None:
        self.reason: str | None = None
        self.pulled = asyncio.Event()
        self._armed = armed
        self._certain = failures_that_decide(planned, limit)
        self._failures = self._in_a_row = 0

    def saw(self, *, failed: bool) -> None:
        """Take one more sample into account, in the order in which they end."""
        self._failures += failed
        self._in_a_row = self._in_a_row + 1 if failed else 0
        if not self._armed or self.pulled.is_set():
            return
        if self._failures >= self._certain:
            self.reason = f"{self._failures:,} failures decide it, even if every remaining request passed"
        elif self._in_a_row >= CONSECUTIVE:
            self.reason = f"{self._in_a_row} requests in a row failed"
        if self.reason:
            self.pulled.set()

    async def held_until(self, instant: float) -> bool:
        """Wait until an instant on the event loop's clock; False at once when the brake is pulled before."""
        remaining = instant - asyncio.get_running_loop().time()
        try:
            await asyncio.wait_for(self.pulled.wait(), max(0.0, remaining))
        except TimeoutError:
            return True
        return False


def failures_that_decide(planned: int, limit: float) -> int:
    """The least number of failures of `planned` requests that puts the true rate above `limit` for sure."""
    low, high = 1, planned + 1
    while low < high:
        middle = (low + high) // 2
        if Rate(middle, planned).low > limit:
            high = middle
        else:
            low = middle + 1
    return low
