"""The early stop of a soak whose failure is certain, or that somebody ends; a pass needs the whole plan."""

import asyncio
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from litellm_observatory.core.judging.intervals import Rate
from litellm_observatory.core.judging.origin import Origin, origin
from litellm_observatory.core.judging.rows import ORIGINS, PASSED
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.failures import Failure

CONSECUTIVE = 60
"""This many failures in a row are evidence enough; more would only cost money."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a soak was ended early, when on the event loop's clock, and how many requests were then given up."""

    reason: str
    instant: float
    given_up: int = 0
    cancelled: bool = False
    """Whether somebody ended it, rather than a failure that is certain."""


class EarlyStop:
    """Watches the samples of a run as they come in; once triggered, it stays so.

    `planned` is how many requests the whole run has, `limit` the failure rate it is judged by (between 0 and 1).
    Where it is not `enabled`, it is never triggered by failures.
    """

    def __init__(self, planned: int, limit: float, *, enabled: bool = True) -> None:
        self.triggered = asyncio.Event()
        self.given_up = 0
        self._enabled = enabled
        self._limit = limit
        self._certain = failures_that_decide(planned, limit)
        self._seen = self._failures = self._in_a_row = self._not_the_providers = 0
        self._stop: Stop | None = None
        self._later: list[Failure | None] | None = None

    @property
    def stop(self) -> Stop | None:
        """How the run was ended early; None when it was not."""
        return replace(self._stop, given_up=self.given_up) if self._stop else None

    def cancel(self, reason: str) -> None:
        """End the soak now because somebody asks for it."""
        self._trigger(reason, asyncio.get_running_loop().time(), cancelled=True)

    def end(self, reason: str) -> None:
        """End the soak now because nothing more can be learnt about the gateway."""
        self._trigger(reason, asyncio.get_running_loop().time())

    @contextmanager
    def replaying(self) -> Iterator[None]:
        """Count what is observed while the block lasts after all that is replayed in it, which came before."""
        self._later = later = list[Failure | None]()
        try:
            yield
        finally:
            self._later = None
            for failure in later:
                self.observe(failure)

    def replay(self, tally: Tally, instant: float) -> None:
        """Count what was observed until `instant`, before this process resumed the run."""
        for kind, code in tally.judged[["kind", "origin"]]:
            self._count(failed=kind != PASSED, providers=code == ORIGINS.index(Origin.PROVIDER))
            if self._enabled:
                self._trigger_if_certain(instant)

    def observe(self, failure: Failure | None) -> None:
        """Count one more sample, in the order in which they end.

        A series of a provider's failures alone ends a run only when the rate so far is proven to be above the limit:
        such a burst fails no run.
        """
        if self._later is not None:
            self._later.append(failure)
            return
        if failure is None or not failure.kind.proves_nothing:
            providers = failure is not None and origin(failure) is Origin.PROVIDER
            self._count(failed=failure is not None, providers=providers)
        if self._enabled:
            self._trigger_if_certain(asyncio.get_running_loop().time())

    def _count(self, *, failed: bool, providers: bool) -> None:
        self._seen += 1
        if failed:
            self._failures += 1
            self._in_a_row += 1
            self._not_the_providers += not providers
        else:
            self._in_a_row = self._not_the_providers = 0

    def _trigger_if_certain(self, instant: float) -> None:
        if self._failures >= self._certain:
            self._trigger(f"{self._failures:,} failures decide it, even if every remaining request passed", instant)
        elif self._not_the_providers >= CONSECUTIVE or (
            self._in_a_row >= CONSECUTIVE and Rate(self._failures, self._seen).low > self._limit
        ):
            self._trigger(f"{self._in_a_row} requests in a row failed", instant)

    def _trigger(self, reason: str, instant: float, *, cancelled: bool = False) -> None:
        if not self.triggered.is_set():
            self._stop = Stop(reason, instant, cancelled=cancelled)
            self.triggered.set()

    async def wait_until(self, instant: float) -> bool:
        """Wait until an instant on the event loop's clock; False at once when the soak ends early before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.triggered.wait(), max(0.0, instant - asyncio.get_running_loop().time()))
        return not self.triggered.is_set()


def failures_that_decide(planned: int, limit: float) -> int:
    """The least number of failures of `planned` requests that proves the true rate to be above `limit`."""
    return 1 + bisect_left(range(1, planned + 1), True, key=lambda failures: Rate(failures, planned).low > limit)
