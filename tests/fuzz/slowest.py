"""How long real answers take to judge that have one part so long that the whole is a MiB."""

import heapq
import time
from collections.abc import Iterator
from random import Random

from litellm_observatory.core.wire.failures import presentable
from litellm_observatory.core.wire.reply import Arrival, Reply
from litellm_observatory.core.wire.request import Request
from tests.core.examples import KEY
from tests.fuzz.answers import bodies, streamed_calls
from tests.fuzz.lengthening import lengthened
from tests.fuzz.targets import HEADERS, REQUESTS, STATUSES, cpu_seconds, judge_answer

ROWS = 20


def slowest(seconds: float) -> list[tuple[float, str]]:
    """The slowest shapes of those measured in so many seconds of CPU: the seconds of each, and what it is."""
    ends = time.process_time() + seconds
    random = Random(1)
    rows: list[tuple[float, str]] = []
    for where, body in _shapes(random):
        rows += [
            (_judged_in(request, random.choice(STATUSES), body), f"{request.name}: {where}")
            for request in random.sample(REQUESTS, 3)
        ]
        if time.process_time() > ends:
            break
    return heapq.nlargest(ROWS, rows)


def _shapes(random: Random) -> Iterator[tuple[str, bytes]]:
    """Every shape of every answer, the answers in a random order."""
    every = [*bodies(), *streamed_calls()]
    for body in random.sample(every, len(every)):
        yield from lengthened(body)


def _judged_in(request: Request, status: int, body: bytes) -> float:
    came = tuple(Arrival(size, size / 1e5) for size in range(16384, len(body) + 16384, 16384))

    def judge() -> None:
        if failure := judge_answer(request, Reply(status, HEADERS, body, 11.0, came)):
            presentable(failure.message, KEY)

    return cpu_seconds(judge)
