"""Streams in flight when an HTTP client expires die, or go silent, while short requests pass.

LiteLLM's clients live for an hour after their first use (PR #19190); streams died in hourly bursts (#24929).
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from litellm_observatory.core.judging.brief import LOOK_UP, Brief
from litellm_observatory.core.judging.rows import PASSED
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.load.traffic import HOUR_SECONDS
from litellm_observatory.core.text import clock, percent

FALSE_ALARMS = 1 / 200
"""The share of gateways whose streams fail at the limit, at any time, that may be found to lose them at the hour."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The streams in flight at one hour mark (seconds after the run's start), and how many of them failed."""

    mark: float
    streams: int
    failures: int

    def chance(self, limit: float) -> float:
        """P(as many failures or more) of streams that fail at `limit`."""
        return float(binom.sf(self.failures - 1, self.streams, limit))


@dataclass(frozen=True, slots=True)
class StreamsAcrossClientExpiry:
    """Streams in flight a whole number of hours after some model's first use fail no more often than at `limit`.

    It can only fail a run. Each of several marks is judged against its part of the false alarms (Bonferroni).
    """

    limit: float

    def judge(self, tally: Tally) -> Finding:
        """Undecided where no stream was in flight at an hour mark."""
        met = [crossing for crossing in _crossings(tally) if crossing.streams]
        if not met:
            said = "no stream was in flight an hour after a model's first use; a longer run is needed"
            brief = Brief("no stream was in flight an hour after a model's first use")
            return Finding("across the hour", Status.UNDECIDED, said, brief=brief, remedy="run longer than an hour")
        broken = [crossing for crossing in met if crossing.chance(self.limit) < FALSE_ALARMS / len(met)]
        if broken:
            said = "; ".join(
                f"{crossing.failures} of {crossing.streams} streams in flight at {clock(crossing.mark)} failed"
                for crossing in broken
            )
            failed, met_it = (sum(getattr(one, name) for one in broken) for name in ("failures", "streams"))
            what = f"{failed} of {met_it} streams in flight at an hour mark failed (limit {percent(self.limit)})"
            brief = Brief(what, since=broken[0].mark)
            said = f"{said}, an hour mark"
            return Finding("across the hour", Status.VIOLATED, said, brief=brief, remedy=LOOK_UP)
        streams = sum(crossing.streams for crossing in met)
        failures = sum(crossing.failures for crossing in met)
        said = f"{streams} streams crossed an hour mark (there were {len(met)}), {failures} of them failed"
        brief = Brief(f"{failures} of {streams} streams across an hour mark failed")
        return Finding("across the hour", Status.MET, said, brief=brief)


def _crossings(tally: Tally) -> list[Crossing]:
    """What was in flight at each hour mark of each model."""
    rows = tally.judged
    ends = rows["due"] + rows["latency"]
    failed = rows["kind"] != PASSED
    crossings = []
    for mark in _marks(tally, float(ends.max(initial=0.0))):
        inside = (rows["due"] + rows["lateness"] < mark) & (mark < ends)
        crossings.append(Crossing(mark, int(np.count_nonzero(inside)), int(np.count_nonzero(inside & failed))))
    return crossings


def _marks(tally: Tally, end: float) -> list[float]:
    """Every whole hour after each model's first use, up to `end`."""
    first_uses = (part.rows["due"][0] for part in tally.by_model().values() if part.sent)
    marks = (np.arange(first + HOUR_SECONDS, end, HOUR_SECONDS) for first in first_uses)
    return sorted({float(mark) for found in marks for mark in found})
