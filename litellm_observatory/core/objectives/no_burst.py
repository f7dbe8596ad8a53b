"""No burst: failures in a cluster, which an overall rate hides (5 minutes at 30 % in 3 hours are 0.83 %)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.brief import COMPARE, Brief, brief_of_failures
from litellm_observatory.core.judging.origin import Origin
from litellm_observatory.core.judging.rows import ORIGINS, PASSED, counts
from litellm_observatory.core.judging.scan import critical_count, most_in_any
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import clock, display_name, percent, span

WIDTHS = (60, 300, 600)
"""Consecutive requests looked at together: one, five and ten minutes at one request a second."""

FALSE_ALARMS = 1 / 200
"""Of gateways that fail at the limit without any cluster, at most this share is said to have had a burst."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A cluster of failures: `failures` of the `requests` from `start` to `end` (seconds after the run's start)."""

    who: str
    failures: int
    requests: int
    start: float
    end: float
    origins: tuple[tuple[Origin, int], ...]

    def __str__(self) -> str:
        when = f"from {clock(self.start)} to {clock(self.end)}"
        origins = ", ".join(f"{origin} {count:,}" for origin, count in self.origins)
        return f"{self.who} failed {self.failures:,} of {self.requests:,} requests {when}, origin: {origins}"


@dataclass(frozen=True, slots=True)
class NoBurst:
    """Failures come no denser than chance makes them of a gateway that fails at `limit` (between 0 and 1).

    The scan statistic over any 60, 300 and 600 consecutive requests, of each model and of all, against critical
    counts that share one budget of false alarms. A burst of a provider's failures alone is reported and fails no run.
    """

    limit: float

    def judge(self, tally: Tally) -> Finding:
        """Violated when there was a burst; blocking unless it takes a provider's failures to make it one."""
        ours = self._burst(tally, excused=(Origin.PROVIDER,))
        burst = ours or self._burst(tally)
        if burst is None:
            return Finding("no burst", Status.MET, "failures came in no cluster")
        overall = f"overall {percent(tally.failures / tally.requests)}, limit {percent(self.limit)}"
        said, brief = f"{burst} (burst; {overall})", self._brief(burst, tally)
        remedy = brief.cause.remedy if ours and brief.cause else COMPARE
        return Finding("no burst", Status.VIOLATED, said, blocking=ours is not None, brief=brief, remedy=remedy)

    def _brief(self, burst: Burst, tally: Tally) -> Brief:
        lasted = span(max(1.0, burst.end - burst.start))
        what = f"burst: {burst.failures:,} of {burst.requests:,} requests in {lasted} (limit {percent(self.limit)})"
        is_a_models = burst.who in tally.models
        group, who = (tally.of_model(burst.who), display_name(burst.who)) if is_a_models else (tally, burst.who)
        return replace(brief_of_failures(what, group, who), since=burst.start)

    def _burst(self, tally: Tally, excused: tuple[Origin, ...] = ()) -> Burst | None:
        """The largest burst of all groups, of equal ones the densest; failures of the `excused` count as passes."""
        bursts = []
        for who, group, budget in _groups(tally):
            rows = group.judged
            failed = (rows["kind"] != PASSED) & ~np.isin(
                rows["origin"], [ORIGINS.index(origin) for origin in excused]
            )
            bursts += list(self._found(who, rows, failed, budget / len(WIDTHS)))
        return max(bursts, key=lambda burst: (burst.failures, burst.failures / burst.requests), default=None)

    def _found(self, who: str, rows: NDArray[np.void], failed: NDArray[np.bool_], budget: float) -> Iterator[Burst]:
        """The bursts of one group, one for each width that shows one."""
        total = int(np.count_nonzero(failed))
        for width in WIDTHS:
            critical = critical_count(len(rows), width, self.limit, budget)
            if total < critical:
                continue
            most, first = most_in_any(failed, width)
            if most >= critical:
                inside = _extent(np.flatnonzero(failed), first, width, critical)
                stretch = rows[inside[0] : inside[-1] + 1]
                yield Burst(
                    who,
                    len(inside),
                    len(stretch),
                    float(stretch["due"][0]),
                    float(stretch["due"][-1]),
                    tuple((ORIGINS[code], count) for code, count in counts(rows["origin"][inside])),
                )


def _groups(tally: Tally) -> Iterator[tuple[str, Tally, float]]:
    """All models together and each alone, with their parts of the false alarms: one half for all, one for each."""
    if len(tally.models) == 1:
        yield tally.models[0], tally, FALSE_ALARMS
        return
    yield "all models", tally, FALSE_ALARMS / 2
    for model, part in tally.by_model().items():
        yield model, part, FALSE_ALARMS / 2 / len(tally.models)


def _extent(failures: NDArray[np.intp], first: int, width: int, critical: int) -> NDArray[np.intp]:
    """The failures of the window at `first`, and those before and after that follow as densely as a burst's do."""
    gap = width // critical + 1
    inside = np.flatnonzero((failures >= first) & (failures < first + width))
    start, end = int(inside[0]), int(inside[-1])
    while start > 0 and failures[start] - failures[start - 1] <= gap:
        start -= 1
    while end + 1 < len(failures) and failures[end + 1] - failures[end] <= gap:
        end += 1
    return failures[start : end + 1]
