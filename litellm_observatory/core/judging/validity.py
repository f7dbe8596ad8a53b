"""Validity: whether our own client, rather than the gateway, caused what a run shows.

A request on an idle connection that is closed just then fails without having been served. Our own client may cause
that, or a gateway that kills requests as they arrive. So it proves no failure, and an objective that it would violate
is not met.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Objective, Status, invalid_reason
from litellm_observatory.core.text import display_name
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.versions import Sighting, describe_change

RUN_AGAIN = "run again"
OUR_CLIENT = "give the worker more CPU, or send fewer requests at once"

LEAST_SENT = 0.999
LEAST_OBSERVED = 0.9
MOST_CACHED = 0.1
MOST_LATENESS_OF_INTERVAL = 0.1
MOST_LATENESS_SECONDS = 0.05


def find_invalid_reasons(
    tally: Tally, versions: Sequence[Sighting], *, due: int, interval_seconds: float, not_observed: int = 0
) -> list[Finding]:
    """Why nothing can be said of the gateway; empty when the client sent on time.

    `versions` are the first sightings of those that the gateway gave, `due` is how many requests were due,
    `not_observed` how many of these were due while the run was interrupted. The thresholds are those of the project's
    verdict rules: 99.9 % sent, 90 % observed, the 99th percentile of lateness within 50 ms or a tenth of the
    interval, one version.
    """
    found = []
    if tally.sent < LEAST_SENT * (due - not_observed):
        said = f"our client sent only {tally.sent:,} of {due - not_observed:,} requests that were due"
        found.append(invalid_reason(said, remedy=OUR_CLIENT))
    observed = tally.sent - tally.stale
    if observed < LEAST_OBSERVED * due:
        said = f"only {observed:,} of {due:,} requests that were due were observed"
        why = f"; {not_observed:,} were due while the run was interrupted" if not_observed else ""
        found.append(invalid_reason(said + why, said, RUN_AGAIN))
    if (cached := tally.of_kind(FailureKind.CACHED)) > MOST_CACHED * tally.sent:
        what = f"{cached:,} of {tally.sent:,} answers came from a cache"
        said = (
            f"{what} and prove nothing; let the gateway's cache, or the proxy before it, honour no-cache and "
            "no-store, or switch it off for this test"
        )
        found.append(invalid_reason(said, what, FailureKind.CACHED.remedy))
    allowed = max(MOST_LATENESS_SECONDS, MOST_LATENESS_OF_INTERVAL * interval_seconds)
    if tally.sent and (late := float(np.percentile(tally.rows["lateness"], 99))) > allowed:
        said = f"our client sent late: 99th percentile {late:.3f} s, allowed {allowed:.3f} s"
        found.append(invalid_reason(said, remedy=OUR_CLIENT))
    if tally.lags.size and (lag := float(np.percentile(tally.lags, 99))) > allowed:
        said = f"our client's event loop was slow: 99th percentile {lag:.3f} s, allowed {allowed:.3f} s"
        found.append(invalid_reason(said, remedy=OUR_CLIENT))
    return [*found, *version_changes(versions)]


def version_changes(versions: Sequence[Sighting]) -> list[Finding]:
    """The reason that the gateway was not the same throughout; empty where at most one version was seen."""
    said = describe_change(versions)
    if said is None:
        return []
    first, last = display_name(versions[0].version), display_name(versions[-1].version)
    return [invalid_reason(said, f"the gateway's version changed from {first} to {last}", RUN_AGAIN)]


def without_our_own_timeouts(tally: Tally) -> Tally:
    """The tally excusing the timeouts that our own slowness may have caused.

    A timeout is no proof against the gateway unless it took more than twice as long as our worst delay.
    """
    worst = max(float(np.max(column, initial=0.0)) for column in (tally.rows["lateness"], tally.lags))
    return tally.excusing(FailureKind.TIMEOUT, 2 * worst)


def findings_of(objectives: Iterable[Objective], tally: Tally) -> list[Finding]:
    """What each objective found. One that is met only because stale connections do not count withholds the pass."""
    if not tally.stale:
        return [objective.judge(tally) for objective in objectives]
    strict = tally.with_stale_failed()
    return [_withhold_pass(objective.judge(tally), objective.judge(strict), tally.stale) for objective in objectives]


def _withhold_pass(finding: Finding, strict: Finding, stale: int) -> Finding:
    """`finding`, or where the stale connections would violate it: undecided, and required for a pass."""
    if finding.fails_a_run or not strict.fails_a_run:
        return finding
    said = f"{strict.sentence}, counting requests lost on connections that were closed as they were reused"
    brief = Brief(f"{stale:,} requests were lost on connections closed as they were reused")
    return replace(strict, status=Status.UNDECIDED, sentence=said, required=True, brief=brief, remedy=RUN_AGAIN)
