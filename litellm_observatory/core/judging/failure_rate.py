"""The objective that every soak is judged by: the rate of failed requests, by its interval."""

from dataclasses import dataclass

from litellm_observatory.core.judging.brief import Brief, brief_of_failures, cause_of, most_frequent_message
from litellm_observatory.core.judging.intervals import Rate, advice, judge_rate, least_requests
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.validity import RUN_AGAIN
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import percent, shorten


@dataclass(frozen=True, slots=True)
class FailureRate:
    """At most `limit` (between 0 and 1) of the requests fail.

    It is met when the upper bound of the true rate lies below the limit, violated when the lower bound lies
    above it, and undecided between: k/n below the limit passes a gateway right at it half of the time.
    Requests lost on a stale connection violate nothing, since our client may have caused that, but count against a
    pass.
    """

    limit: float

    def judge(self, tally: Tally) -> Finding:
        """Judge the rate of all models together."""
        rate = Rate(tally.failures, tally.requests)
        strict = Rate(tally.failures + tally.stale, tally.sent)
        limit = f"limit {percent(self.limit)}"
        failed = f"{rate.failures:,} of {rate.requests:,} requests failed"
        if judge_rate(rate, self.limit) is Status.VIOLATED:
            what = f"{percent(rate.value)} of {rate.requests:,} requests ({limit})"
            cause = cause_of(tally)
            brief, remedy = brief_of_failures(what, tally), cause.remedy if cause else ""
            return self._finding(Status.VIOLATED, self._violated(rate, tally), brief, remedy)
        if judge_rate(strict, self.limit) is Status.MET:
            brief = Brief(f"{failed}, true rate below {percent(strict.high)} ({limit})")
            return self._finding(Status.MET, self._met(rate, strict, tally), brief)
        if judge_rate(rate, self.limit) is Status.MET:
            brief = Brief(
                f"{failed}, and {tally.stale:,} were lost on connections closed as they were reused ({limit})"
            )
            return self._finding(Status.UNDECIDED, self._depends_on_stale(rate, strict, tally), brief, RUN_AGAIN)
        brief = Brief(f"{failed}, true rate {_known(rate)} ({limit})")
        return self._finding(Status.UNDECIDED, self._undecided(rate) + _stale(tally), brief, advice(rate, self.limit))

    def underpowered_reason(self, requests: int) -> str | None:
        """Why a plan of so many requests cannot end as passed, with the choices; None when it can."""
        if requests >= least_requests(self.limit):
            return None
        return (
            f"{requests:,} requests cannot show a failure rate below {percent(self.limit)}: "
            f"with none failed the true rate is only known to be below {percent(Rate(0, requests).high)}; "
            f"{advice(Rate(0, requests), self.limit)}"
        )

    def _finding(self, status: Status, sentence: str, brief: Brief, remedy: str = "") -> Finding:
        return Finding("failure rate", status, sentence, brief=brief, remedy=remedy)

    def _met(self, rate: Rate, strict: Rate, tally: Tally) -> str:
        origins = f"; origin: {tally.origins()}" if rate.failures else ""
        return (
            f"{rate.failures:,} of {rate.requests:,} requests failed "
            f"({percent(rate.value)}{origins}){_stale(tally)}: "
            f"the true rate is below {percent(strict.high)} (limit {percent(self.limit)})"
        )

    def _violated(self, rate: Rate, tally: Tally) -> str:
        return (
            f"{rate.failures:,} of {rate.requests:,} requests failed ({percent(rate.value)}){_stale(tally)}: "
            f"the true rate is above {percent(rate.low)} (limit {percent(self.limit)}), {_nature(tally)}"
        )

    def _depends_on_stale(self, rate: Rate, strict: Rate, tally: Tally) -> str:
        return (
            f"{rate.failures:,} of {rate.requests:,} requests failed{_stale(tally)}: if the gateway dropped these, "
            f"the true rate is up to {percent(strict.high)} (limit {percent(self.limit)})"
        )

    def _undecided(self, rate: Rate) -> str:
        return (
            f"{rate.requests:,} sent, {rate.failures:,} failed: the true rate is {_known(rate)} "
            f"(limit {percent(self.limit)}); {advice(rate, self.limit)}"
        )


def _known(rate: Rate) -> str:
    """Between which bounds the true rate lies."""
    if rate.failures:
        return f"between {percent(rate.low)} and {percent(rate.high)}"
    return f"below {percent(rate.high)}"


def _stale(tally: Tally) -> str:
    """How many requests were lost on stale connections, as text; empty where none was."""
    return f", and {tally.stale:,} more were lost on connections closed as they were reused" if tally.stale else ""


def _nature(tally: Tally) -> str:
    """The most frequent kind of the failures, their origins, and the most frequent message."""
    kind = next(kind for kind in tally.kinds() if not kind.proves_nothing)
    said = shorten(most_frequent_message(tally, kind))
    return f"mainly {kind} (origin: {tally.origins()})" + (f", most often: {said}" if said else "")
