"""Virtual time: an event loop whose clock jumps to the next timer whenever nothing is left to do."""

import asyncio
import selectors
from typing import Any

GRACE_SECONDS = 0.005
"""Real time given to open sockets before the clock jumps: a loopback answer may still be on its way."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that starts at 0 s and never waits; hours of timers take as long as their callbacks.

    Sockets work where both ends live on this loop; threads do not. Raises RuntimeError instead of blocking forever.
    """

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        """Seconds of virtual time since the loop was made."""
        return self._now

    def jump(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._now += seconds


class _Jumping(selectors.DefaultSelector):
    """Asks the kernel what is ready, and where nothing is, lets the loop's clock jump instead of waiting."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, Any]]:
        waits = timeout is None or timeout > 0
        has_sockets = len(self.get_map()) > 1  # the loop listens to one of its own
        ready = super().select(GRACE_SECONDS if waits and has_sockets else 0)
        if ready or not waits:
            return ready
        if timeout is None:
            raise RuntimeError("nothing is due and nothing can come: the program would wait forever")
        self._loop.jump(timeout)
        return ready
