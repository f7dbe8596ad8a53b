"""The objective that every soak is judged by: the rate of failed requests, by its interval."""

from collections import Counter
from dataclasses import dataclass

from suites.judging.intervals import Rate, advice, least_requests, standing
from suites.judging.tally import Tally
from suites.judging.verdict import Finding, Standing
from suites.wire.failures import FailureKind
from suites.words import percent, shortened


@dataclass(frozen=True, slots=True)
class FailureRate:
    """At most `limit` (between 0 and 1) of the requests fail.

    It holds when the upper bound of the true rate lies below the limit, is broken when the lower bound lies
    above it, and is undecided between: k/n below the limit passes a gateway right at it half of the time.
    Requests lost on a stale connection break nothing, since that may be our own doing, but count against a pass.
    """

    limit: float

    def judge(self, tally: Tally) -> Finding:
        """What the tally says of the rate of all models together."""
        rate = Rate(tally.failures, tally.requests)
        strict = Rate(tally.failures + tally.stale, tally.sent)
        if standing(rate, self.limit) is Standing.BROKEN:
            return self._finding(Standing.BROKEN, self._broken(rate, tally))
        if standing(strict, self.limit) is Standing.HOLDS:
            return self._finding(Standing.HOLDS, self._holds(rate, strict, tally))
        if standing(rate, self.limit) is Standing.HOLDS:
            return self._finding(Standing.UNDECIDED, self._hangs_on_the_stale(rate, strict, tally))
        return self._finding(Standing.UNDECIDED, self._undecided(rate) + _stale(tally))

    def doubt(self, requests: int) -> str | None:
        """Why a plan of so many requests cannot end as passed, with the choices; None when it can."""
        if requests >= least_requests(self.limit):
            return None
        return (
            f"{requests:,} requests cannot show a failure rate below {percent(self.limit)}: "
            f"with none failed the true rate is only known to be below {percent(Rate(0, requests).high)}; "
            f"{advice(Rate(0, requests), self.limit)}"
        )

    def _finding(self, standing: Standing, sentence: str) -> Finding:
        return Finding("failure rate", standing, sentence)

    def _holds(self, rate: Rate, strict: Rate, tally: Tally) -> str:
        origins = f"; origin: {tally.origins()}" if rate.failures else ""
        return (
            f"{rate.failures:,} of {rate.requests:,} requests failed "
            f"({percent(rate.value)}{origins}){_stale(tally)}: "
            f"the true rate is below {percent(strict.high)} (limit {percent(self.limit)})"
        )

    def _broken(self, rate: Rate, tally: Tally) -> str:
        return (
            f"{rate.failures:,} of {rate.requests:,} requests failed ({percent(rate.value)}){_stale(tally)}: "
            f"the true rate is above {percent(rate.low)} (limit {percent(self.limit)}), {_nature(tally)}"
        )

    def _hangs_on_the_stale(self, rate: Rate, strict: Rate, tally: Tally) -> str:
        return (
            f"{rate.failures:,} of {rate.requests:,} requests failed{_stale(tally)}: if the gateway dropped these, "
            f"the true rate is up to {percent(strict.high)} (limit {percent(self.limit)})"
        )

    def _undecided(self, rate: Rate) -> str:
        if rate.failures:
            known = f"between {percent(rate.low)} and {percent(rate.high)}"
        else:
            known = f"below {percent(rate.high)}"
        return (
            f"{rate.requests:,} sent, {rate.failures:,} failed: the true rate is {known} "
            f"(limit {percent(self.limit)}); {advice(rate, self.limit)}"
        )


def _stale(tally: Tally) -> str:
    """How many requests were lost on stale connections, in words; empty where none was."""
    return f", and {tally.stale:,} more were lost on connections closed as they were reused" if tally.stale else ""


def _nature(tally: Tally) -> str:
    """How the failures failed mainly, where they come from, and what was said most often."""
    kind = next(kind for kind in tally.kinds() if not kind.proves_nothing)
    said = _said_most(tally, kind)
    return f"mainly {kind} (origin: {tally.origins()})" + (f", most often: {said}" if said else "")


def _said_most(tally: Tally, kind: FailureKind) -> str:
    """The most frequent message of a kind of failure, by any model; empty where none was kept."""
    times = Counter[str]()
    for fingerprint, seen in tally.fingerprints.items():
        if fingerprint.kind is kind:
            times[fingerprint.message] += seen.times
    return shortened(max(times, key=times.__getitem__, default=""))
