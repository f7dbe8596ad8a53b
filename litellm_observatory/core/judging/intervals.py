"""How sure a failure rate is: exact one-sided bounds, and what a plan can show at most.

Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413.
"""

import math
from dataclasses import dataclass

from scipy.stats import beta, norm

from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.text import percent, span

CONFIDENCE = 0.95
"""Of each one-sided bound: at most one in twenty gateways right at the limit passes, and at most one fails."""

LIMITS_TO_ADVISE = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
INTERVAL_TO_ADVISE_SECONDS = 0.2
AMPLE = 3
"""A gateway with a healthy background of failures needs more than the least number of requests."""
MOST_TO_ADVISE = 100_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`failures` of `requests`, with the bounds that the true rate is above and below with CONFIDENCE each."""

    failures: int
    requests: int

    @property
    def value(self) -> float:
        """The observed share, 0 when nothing was observed."""
        return self.failures / self.requests if self.requests else 0.0

    @property
    def low(self) -> float:
        """The true rate is above this with CONFIDENCE."""
        if self.failures == 0:
            return 0.0
        return float(beta.ppf(1 - CONFIDENCE, self.failures, self.requests - self.failures + 1))

    @property
    def high(self) -> float:
        """The true rate is below this with CONFIDENCE."""
        if self.failures == self.requests:
            return 1.0
        return float(beta.ppf(CONFIDENCE, self.failures + 1, self.requests - self.failures))


def judge_rate(rate: Rate, limit: float) -> Status:
    """Violated when the true rate is above `limit`, met when it is below, each with CONFIDENCE; else undecided."""
    if rate.low > limit:
        return Status.VIOLATED
    return Status.MET if rate.high < limit else Status.UNDECIDED


def least_requests(limit: float) -> int:
    """The least number of requests that, with none failed, shows a rate below `limit` (between 0 and 1)."""
    return math.floor(math.log(1 - CONFIDENCE) / math.log1p(-limit)) + 1


def advice(rate: Rate, limit: float) -> str:
    """What would decide where `rate` does not: more requests, or a limit that this many can show."""
    needed = max(
        AMPLE * least_requests(limit), 1.5 * rate.requests, _requests_to_tell_apart(rate.value, limit)
    )  # half as many more at least: the approximation is a little too hopeful
    if needed > MOST_TO_ADVISE:
        more = f"too near {percent(limit)} to tell by a fair number of requests"
    else:
        ample = math.ceil(needed / 100) * 100
        seconds = ample * INTERVAL_TO_ADVISE_SECONDS
        more = (
            f"for {percent(limit)}: {ample:,} requests ({INTERVAL_TO_ADVISE_SECONDS:g} s apart for {span(seconds)})"
        )
    for within in LIMITS_TO_ADVISE:
        if limit < within and rate.high < within:
            least = f" ({least_requests(within)} requests)" if rate.failures == 0 else ""
            return f"{more}, or a limit of {percent(within)}{least}"
    return more


def _requests_to_tell_apart(value: float, limit: float) -> float:
    """About how many requests show a rate to lie on its side of a limit (normal approximation)."""
    if value == 0:
        return 0.0
    if value == limit:
        return math.inf
    return float(norm.ppf(CONFIDENCE)) ** 2 * value * (1 - value) / (limit - value) ** 2
