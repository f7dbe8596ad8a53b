"""The faults of the detection table: what happens in a run, and what it means to have detected it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.wire.failures import FailureKind
from tests.bench.simulation import Run, traffic

BACKGROUND = 0.001
"""Share of requests that fail without any pattern in every run of the table."""

CLIENT_CLOSED = (
    "500: litellm.InternalServerError: OpenAIException - Cannot send a request, as the client has been closed."
)
NEW_LIFECYCLE_BUG = "500: litellm.InternalServerError: OpenAIException - Cannot send, as the transport is closed."
PROVIDERS = "500: litellm.InternalServerError: InternalServerError: OpenAIException - The server had an error"
HOUR = 3600.0
HOURS = (HOUR, 2 * HOUR)


class Detected(StrEnum):
    """What our verdict must say of a run with the fault."""

    FAILED = "failed"
    NOT_PASSED = "not passed"
    INVALID = "invalid"
    REPORTED = "reported, advisory"
    NOTHING = "passed; these did not"


@dataclass(frozen=True)
class Fault:
    """A row of the table; `advisory` names the objective that reports it; `certain`: it can be detected always."""

    name: str
    happen: Callable[[Run], None]
    detected: Detected = Detected.FAILED
    models: int = 2
    background: float = BACKGROUND
    advisory: str = ""
    certain: bool = True


def _ttl_cold(run: Run) -> None:
    for hour in HOURS:
        run.fail(run.between(hour, hour + 6, model=1), FailureKind.SERVER_ERROR, CLIENT_CLOSED)


def _ttl_staggered(message: str) -> Callable[[Run], None]:
    """One burst for each TTL, as long as the second model's first use came after the first one's."""

    def happen(run: Run) -> None:
        stagger = traffic(run.models).first_uses[1]
        for hour in HOURS:
            mask = run.between(hour, hour + stagger, model=1)
            run.fail(mask, FailureKind.SERVER_ERROR, message)

    return happen


def _outage(seconds: float, share: float = 1.0, kind: FailureKind = FailureKind.CONNECTION) -> Callable[[Run], None]:
    def happen(run: Run) -> None:
        start = run.random.uniform(0, 3 * HOUR - seconds)
        run.fail(run.between(start, start + seconds) & run.some(share), kind)

    return happen


def _hang(run: Run) -> None:
    start = run.random.uniform(0, 3 * HOUR - 300)
    mask = run.between(start, start + 300)
    run.fail(mask, FailureKind.TIMEOUT)
    run.rows["service"][mask] = run.rows["latency"][mask] = 60.0


def _model_down(run: Run) -> None:
    run.fail(run.between(0, 3 * HOUR, model=3), FailureKind.SERVER_ERROR, PROVIDERS)


def _model_down_for_ten_minutes(run: Run) -> None:
    start = run.random.uniform(1500, 3 * HOUR - 600)
    run.fail(run.between(start, start + 600, model=3), FailureKind.SERVER_ERROR)


def _hourly(failures: int) -> Callable[[Run], None]:
    def happen(run: Run) -> None:
        for hour in (HOUR, 2 * HOUR, 3 * HOUR - 30):
            run.fail(run.between(hour, hour + failures), FailureKind.SERVER_ERROR)

    return happen


def _slower(factor: Callable[[Run], np.ndarray | float]) -> Callable[[Run], None]:
    def happen(run: Run) -> None:
        for column in ("overhead_ms", "service"):
            run.rows[column] *= factor(run)
        run.rows["latency"] = run.rows["lateness"] + run.rows["service"]

    return happen


def _rescued(run: Run) -> None:
    run.rows["rescued"] |= run.some(0.04)


def _empty(run: Run) -> None:
    run.fail(run.some(0.01), FailureKind.EMPTY)


def _signature_once(run: Run) -> None:
    at = run.random.uniform(HOUR, 2 * HOUR)
    run.fail(run.between(at, at + 1), FailureKind.SERVER_ERROR, CLIENT_CLOSED)


def _overloaded(run: Run) -> None:
    """Our client stalls for up to 45 s again and again; what it meanwhile takes for timeouts is its own doing."""
    stalled = run.some(0.05)
    run.rows["lateness"][stalled] = run.random.uniform(5, 45, int(stalled.sum()))
    run.lags = run.random.uniform(0, 45, 1000)
    run.fail(stalled, FailureKind.TIMEOUT)
    run.rows["service"][stalled] = 60.0


def _at_the_limit(run: Run) -> None:
    run.fail(run.some(0.01), FailureKind.SERVER_ERROR)


def _nothing(run: Run) -> None:
    """A healthy run."""


FAULTS = (
    Fault("client closed after its TTL, models started cold together", _ttl_cold),
    Fault("client closed after its TTL, first uses staggered", _ttl_staggered(CLIENT_CLOSED)),
    Fault("the same with a message nobody knows", _ttl_staggered(NEW_LIFECYCLE_BUG)),
    Fault("1-minute outage", _outage(60)),
    Fault("5-minute outage", _outage(300)),
    Fault("5-minute hang", _hang),
    Fault("one model of ten down", _model_down, models=10),
    Fault("one model of ten down for ten minutes", _model_down_for_ten_minutes, models=10),
    Fault("10 % of requests for 5 minutes", _outage(300, 0.10)),
    Fault("5 % of requests for 10 minutes", _outage(600, 0.05), certain=False),
    Fault("empty 200s, 1 %", _empty),
    Fault("ten failures at each hour", _hourly(10)),
    Fault("one failure at each hour", _hourly(1), certain=False),
    Fault(
        "20 % slower than the last good run",
        _slower(lambda _: 1.2),
        Detected.REPORTED,
        advisory="against the last good run",
        certain=False,
    ),
    Fault(
        "latency drifting up by 20 % over the run",
        _slower(lambda run: np.linspace(1.0, 1.2, len(run.rows))),
        Detected.REPORTED,
        advisory="against the last good run",
        certain=False,
    ),
    Fault("4 % of requests fail, all rescued by retries", _rescued, Detected.REPORTED, advisory="rescues"),
    Fault("known signature once", _signature_once),
    Fault("a rate at exactly the limit", _at_the_limit, Detected.NOT_PASSED, background=0.0, certain=False),
    Fault("our own client overloaded", _overloaded, Detected.INVALID),
    Fault("a healthy run", _nothing, Detected.NOTHING, certain=False),
)


def is_detected(fault: Fault, verdict: Verdict, broken: set[str]) -> bool:
    """Whether a verdict, with the names of its broken objectives, says what the fault's row asks for."""
    match fault.detected:
        case Detected.FAILED:
            return verdict is Verdict.FAILED
        case Detected.INVALID:
            return verdict is Verdict.INVALID
        case Detected.REPORTED:
            return fault.advisory in broken
        case Detected.NOT_PASSED | Detected.NOTHING:
            return verdict is not Verdict.PASSED
