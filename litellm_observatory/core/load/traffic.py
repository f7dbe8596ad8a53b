"""Traffic: which request is due when, and to which model, computed from the start alone, never from a response."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from litellm_observatory.core.wire.request import Request

LONGEST_WINDOW_SECONDS = 60.0
SHORTEST_WINDOW_SECONDS = 1.0
WINDOWS_OF_A_SHORT_RUN = 30

HOUR_SECONDS = 3600.0

LARGEST_STAGGER_STEP_SECONDS = 300.0
STAGGERED_SHARE = 1 / 9
"""First uses of all models lie within this share of a run: 20 minutes of three hours."""


@dataclass(frozen=True, slots=True)
class Window:
    """A slice of the schedule, from `start` to `end` (seconds after the run's start), with its requests."""

    index: int
    start: float
    end: float
    requests: range


@dataclass(frozen=True)
class Traffic:
    """An open schedule: request i is due at i x `interval_seconds`, round robin over the models in use by then.

    First uses of the models are staggered. LiteLLM's client-lifecycle regression (PR #19190) shows for as long
    as a model's first use came after that of the oldest one: models that all start in the same second would
    fail for that second only, which no failure rate shows.
    """

    models: tuple[str, ...]
    duration_seconds: float
    interval_seconds: float

    @cached_property
    def count(self) -> int:
        """How many requests are due; the first at 0, none at or after `duration_seconds`."""
        return max(1, _ceil(self.duration_seconds / self.interval_seconds))

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many requests are due to each model."""
        begins = [min(self.count, _ceil(first / self.interval_seconds)) for first in self.first_uses]
        changes = [0] * (len(self.models) + 1)  # from one model to the next

        def add(times: int, first: int, end: int) -> None:
            changes[first] += times
            changes[end] -= times

        for in_use, (begin, end) in enumerate(pairwise([*begins, self.count]), start=1):
            rounds, rest = divmod(end - begin, in_use)
            turn = begin % in_use
            add(rounds, 0, in_use)
            add(1, turn, min(turn + rest, in_use))
            add(1, 0, max(0, turn + rest - in_use))
        return tuple(accumulate(changes[:-1]))

    def due(self, index: int) -> float:
        """When a request is due, in seconds after the run's start."""
        return index * self.interval_seconds

    def due_by(self, seconds: float) -> int:
        """How many requests are due up to an instant, in seconds after the run's start."""
        return max(0, min(self.count, int(seconds / self.interval_seconds + 1e-9) + 1)) if seconds >= 0 else 0

    @cached_property
    def first_uses(self) -> tuple[float, ...]:
        """When each model is first used at the earliest, in seconds after the run's start."""
        followers = max(1, len(self.models) - 1)
        step = min(LARGEST_STAGGER_STEP_SECONDS, self.duration_seconds * STAGGERED_SHARE / followers)
        return tuple(position * step for position in range(len(self.models)))

    def model(self, index: int) -> int:
        """The position in `models` of the model that a request goes to."""
        return index % self._in_use(index)

    def turn(self, index: int) -> int:
        """How many rounds over the models in use come before a request: one more at each next one to its model."""
        return index // self._in_use(index)

    def ends_an_hour(self, index: int) -> bool:
        """Whether a request is the last one to its model before a whole number of hours after its first one."""
        first = self._first_sent[self.model(index)]
        this, following = (self.due(position) - first for position in (index, index + self._in_use(index)))
        return _hours(this) < _hours(following)

    @cached_property
    def _first_sent(self) -> tuple[float, ...]:
        """When the first request to each model is due: its first turn for which no further model comes too soon."""
        return tuple(self.due(self._first_turn(position)) for position in range(len(self.models)))

    def _first_turn(self, position: int) -> int:
        for in_use in range(position + 1, len(self.models) + 1):
            begin = _ceil(self.first_uses[in_use - 1] / self.interval_seconds)
            index = begin + (position - begin) % in_use
            if self._in_use(index) == in_use:
                break
        return index

    def _in_use(self, index: int) -> int:
        return bisect_right(self.first_uses, self.due(index) + 1e-9)

    @cached_property
    def window_seconds(self) -> float:
        """The length of a window: one minute, less for a run shorter than half an hour."""
        fitting = self.duration_seconds / WINDOWS_OF_A_SHORT_RUN
        return min(LONGEST_WINDOW_SECONDS, max(SHORTEST_WINDOW_SECONDS, fitting))

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The schedule in slices; each request belongs to exactly one, and no slice is without requests."""
        length = max(self.window_seconds, self.interval_seconds)

        def first(index: int) -> int:
            return min(self.count, _ceil(index * length / self.interval_seconds))

        slices = _ceil(self.count * self.interval_seconds / length)
        return tuple(
            Window(index, index * length, (index + 1) * length, range(first(index), first(index + 1)))
            for index in range(slices)
            if first(index) < first(index + 1)
        )

    @property
    def unused_models(self) -> tuple[str, ...]:
        """Models that the plan is too short to send anything to."""
        settled = range(max(0, self.count - 2 * len(self.models)), self.count)  # all are in use by then
        used = {self.model(index) for index in settled}
        return tuple(name for position, name in enumerate(self.models) if position not in used)


def _hours(seconds: float) -> int:
    """How many whole hours have passed."""
    return int((seconds + 1e-6) // HOUR_SECONDS)


def _ceil(value: float) -> int:
    """The ceiling of a quotient of floats, without counting a rounding error as one more."""
    return -int(-(value - 1e-9) // 1)


@dataclass(frozen=True, slots=True)
class RequestMix:
    """The requests to each model of a traffic, in its order; those to one model follow one another in turn.

    The last request to a model before each hour of its use is the last of its cycle, out of turn: a suite puts what
    takes longest there, so that it is in flight when the gateway's HTTP client expires (LiteLLM PR #19190). `gauge`
    is read again and again, beside the traffic, for a metric of the gateway itself.
    """

    cycles: tuple[tuple[Request, ...], ...]
    gauge: Request | None = None

    def request(self, traffic: Traffic, index: int) -> Request:
        """The request of the schedule with this index."""
        cycle = self.cycles[traffic.model(index)]
        if traffic.ends_an_hour(index):
            return cycle[-1]
        return cycle[traffic.turn(index) % len(cycle)]
