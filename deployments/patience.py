"""Patience: how long a server that does not answer, or is too busy, is asked again."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from litellm_observatory.core.text import span

LEAST_TRIES = 6
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 5.0
TOLD_AFTER_SECONDS = 5.0


def _tell_nobody(_: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """Six tries at least, and tries for `seconds`; `rest` waits between them, `tell` says once that it takes long."""

    seconds: float = 0.0
    rest: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = _tell_nobody

    def tries(self) -> Iterator[int]:
        """One item for each try, the first at once; each wait is about twice the one before it, up to 5 s.

        The waits are somewhat random, so that those who were refused together do not come again together.
        """
        began, told, wait = time.monotonic(), False, FIRST_WAIT_SECONDS
        count = 0
        while count < LEAST_TRIES or time.monotonic() - began < self.seconds:
            if count:
                self.rest(random.uniform(0.75, 1.25) * wait)
                wait = min(2 * wait, LONGEST_WAIT_SECONDS)
            if not told and time.monotonic() - began > TOLD_AFTER_SECONDS:
                told = True
                self.tell(f"The Prefect server does not answer, or is too busy; asking again for {self._in_words()}.")
            count += 1
            yield count

    def _in_words(self) -> str:
        return f"up to {span(self.seconds)}" if self.seconds else "some seconds"
