"""Ctrl-C, SIGTERM and a closed terminal: taken at points that are safe, so that nothing is left half started."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STEP_SECONDS = 0.1

_signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_asked: list[int] = []


class Interrupted(KeyboardInterrupt):
    """Somebody asked this process to end."""


@contextmanager
def interruptible(*, at_once: bool = False) -> Iterator[None]:
    """Within the block those signals only make `rest` raise Interrupted; further ones change nothing.

    `at_once` raises it wherever the process is: for one that starts nothing which must be ended.

    SIGINT is taken also where a shell started this process with it ignored (`make up &` in a script).
    """
    before = {number: signal.getsignal(number) for number in _signals}
    for number in _signals:
        if number != signal.SIGHUP or before[number] != signal.SIG_IGN:  # nohup means to outlive the terminal
            signal.signal(number, _raise if at_once else _note)
    try:
        yield
    finally:
        _asked.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


def sleep_interruptibly(seconds: float) -> None:
    """Sleep. Raises Interrupted within a tenth of a second when this process was asked to end."""
    until = time.monotonic() + seconds
    while True:
        if _asked:
            raise Interrupted
        left = until - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, STEP_SECONDS))


def _raise(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def _note(number: int, frame: FrameType | None) -> None:
    _asked.append(number)
