"""Numbers of a report, computed from a tally."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.fingerprints import OTHER, Exemplar, Fingerprint, Occurrences
from litellm_observatory.core.judging.intervals import Rate
from litellm_observatory.core.judging.rows import PASSED
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.report.metrics import (
    Distribution,
    FailedRequest,
    FingerprintStatistics,
    ModelStatistics,
    ModelWindow,
    WindowStatistics,
)

LEAST_FOR_P99 = 300
"""A 99th percentile of fewer requests rests on one or two of them, and is not shown."""

MOST_WINDOWS = 240
"""Windows of a report: four hours of minutes; in a longer run several in a row are one."""

ROOM_OF_WINDOWS = 240_000
"""Bytes of JSON of the models' counts in all windows."""

BYTES_OF_A_MODEL = 50
"""What one model in one window takes beside its name."""

MOST_FINGERPRINTS = 100
"""Fingerprints shown of a run; the rest count as OTHER, per model and kind."""


def distribution_of(values: NDArray[np.float64]) -> Distribution:
    """Exact percentiles of the values that are not NaN, rounded to microseconds."""
    known = values[~np.isnan(values)]
    if not known.size:
        return Distribution()
    every = (known.mean(), *np.percentile(known, (0, 50, 95, 99, 100)))
    mean, least, p50, p95, p99, most = (round(float(value), 6) for value in every)
    return Distribution(
        min=least, mean=mean, p50=p50, p95=p95, p99=p99 if known.size >= LEAST_FOR_P99 else None, max=most
    )


class Totals(TypedDict):
    """The fields of a report that are counts and distributions over all models."""

    requests: int
    failures: int
    failure_rate: float
    failure_rate_low: float
    failure_rate_high: float
    rescued: int
    failure_kinds: dict[str, int]
    latency_seconds: Distribution
    lateness_seconds: Distribution
    overhead_ms: Distribution
    due: int
    sent: int
    observed_fraction: float
    cost: float | None


def totals(tally: Tally, due: int) -> Totals:
    """The totals of a tally, with `due` requests that were due."""
    rate = Rate(tally.failures, tally.requests)
    return {
        "requests": rate.requests,
        "failures": rate.failures,
        "failure_rate": rate.value,
        "failure_rate_low": rate.low,
        "failure_rate_high": rate.high,
        "rescued": tally.rescued,
        "failure_kinds": {str(kind): count for kind, count in tally.kinds().items()},
        "latency_seconds": distribution_of(tally.judged["latency"]),
        "lateness_seconds": distribution_of(tally.rows["lateness"]),
        "overhead_ms": distribution_of(tally.judged["overhead_ms"]),
        "due": due,
        "sent": tally.sent,
        "observed_fraction": tally.requests / due if due else 0.0,
        "cost": tally.cost,
    }


def by_model(tally: Tally, first_uses: Mapping[str, float]) -> tuple[ModelStatistics, ...]:
    """The statistics of each model; `first_uses` are in seconds after the run's start."""
    statistics = []
    for model, first_use in first_uses.items():
        part = tally.of_model(model)
        rate = Rate(part.failures, part.requests)
        statistics.append(
            ModelStatistics(
                model=model,
                first_use_seconds=first_use,
                requests=rate.requests,
                failures=rate.failures,
                failure_rate=rate.value,
                failure_rate_low=rate.low,
                failure_rate_high=rate.high,
                rescued=part.rescued,
                latency_seconds=distribution_of(part.judged["latency"]),
                overhead_ms=distribution_of(part.judged["overhead_ms"]),
                first_token_seconds=distribution_of(part.judged["first_token"]),
                longest_gap_seconds=distribution_of(part.judged["longest_gap"]),
            )
        )
    return tuple(statistics)


def by_window(tally: Tally, traffic: Traffic, not_observed: NDArray[np.int64]) -> tuple[WindowStatistics, ...]:
    """The statistics of each window, or of a few in a row where there are very many of them.

    `not_observed` are the indices of the requests that were not observed. Of very many models those that failed most
    are listed.
    """
    rows = tally.judged  # in the order of their indices, so that each window is one slice
    together = -(-len(traffic.windows) // MOST_WINDOWS)
    firsts, lasts = traffic.windows[::together], [*traffic.windows[together - 1 :: together], traffic.windows[-1]]
    bounds = [0, *(window.requests.stop for window in lasts[: len(firsts)])]
    watched = _watched(tally, len(firsts))
    edges = np.searchsorted(rows["index"], bounds)
    unseen = np.diff(np.searchsorted(not_observed, bounds))
    statistics = []
    for window, start, end, missing in zip(firsts, edges, edges[1:], unseen, strict=False):
        part = rows[start:end]
        failed = part[part["kind"] != PASSED]
        requests, failures = (np.bincount(of["model"], minlength=len(tally.models)) for of in (part, failed))
        statistics.append(
            WindowStatistics(
                index=window.index,
                start_seconds=window.start,
                requests=len(part),
                failures=len(failed),
                not_observed=int(missing),
                latency_seconds=distribution_of(part["latency"]),
                models=tuple(
                    ModelWindow(model=tally.models[code], requests=int(requests[code]), failures=int(failures[code]))
                    for code in watched
                ),
            )
        )
    return tuple(statistics)


def _watched(tally: Tally, windows: int) -> list[int]:
    """The codes of the models that each of so many windows has room for, those that failed most first."""
    judged = tally.judged
    failures = np.bincount(judged["model"][judged["kind"] != PASSED], minlength=len(tally.models))
    ranked = np.argsort(-failures, kind="stable")
    sizes = [windows * (len(json.dumps(tally.models[code])) + BYTES_OF_A_MODEL) for code in ranked]
    return sorted(int(code) for code in ranked[np.cumsum(sizes) <= ROOM_OF_WINDOWS])


def by_fingerprint(tally: Tally, started_at: datetime) -> tuple[FingerprintStatistics, ...]:
    """Failures that are alike, most frequent first."""
    every = sorted(tally.fingerprints.items(), key=lambda item: (-item[1].times, item[1].first, item[0]))
    rest: dict[Fingerprint, Occurrences] = {}
    for fingerprint, seen in every[MOST_FINGERPRINTS:]:
        other = fingerprint._replace(message=OTHER)
        rest[other] = rest[other] | seen if other in rest else seen
    ordered = [*every[:MOST_FINGERPRINTS], *rest.items()]
    return tuple(
        FingerprintStatistics(
            model=fingerprint.model,
            kind=fingerprint.kind,
            message=fingerprint.message,
            count=seen.times,
            first_seen=started_at + timedelta(seconds=seen.first),
            last_seen=started_at + timedelta(seconds=seen.last),
            exemplars=tuple(failed_request(exemplar, started_at) for exemplar in seen.exemplars),
        )
        for fingerprint, seen in ordered
    )


def failed_request(exemplar: Exemplar, started_at: datetime) -> FailedRequest:
    """A request that failed, as reports have it."""
    due, request_id, call_id, model_id = exemplar
    at = started_at + timedelta(seconds=due)
    return FailedRequest(at=at, request_id=request_id, call_id=call_id or None, model_id=model_id or None)
