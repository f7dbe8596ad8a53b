"""Cases of the gateway itself: probes, the list of models, metrics."""

from suites.wire.checks.check import Check, is_object, status
from suites.wire.checks.contract import is_metrics, lists_models, missing_route, within
from suites.wire.request import Request
from suites.wire.requests import chat

ITSELF = "the gateway"
"""What a case counts for that is no model's."""

PROBE_SECONDS = 1.0
"""Kubernetes' default timeout of a probe."""

LOAD = 8
"""Chat completions kept in flight while a probe is answered."""


def cases_of_the_gateway(model: str) -> list[Request]:
    """Whether it lives, is ready, lists its models, and tells its metrics; also with chat traffic to `model`."""
    alive = status(200) & within(PROBE_SECONDS)
    return [
        _get("liveness", "/health/liveliness", alive),
        _get("readiness", "/health/readiness", status(200) & is_object),
        _get("models listed", "/v1/models", status(200) & lists_models),
        _get("metrics", "/metrics/", is_metrics, can_be_missing=True),
        _get("liveness under load", "/health/liveliness", alive, beside=(chat(model),) * LOAD),
    ]


def _get(
    name: str, path: str, check: Check, *, can_be_missing: bool = False, beside: tuple[Request, ...] = ()
) -> Request:
    absent = missing_route(path) if can_be_missing else None
    return Request(name, ITSELF, path, {}, check, method="GET", absent=absent, beside=beside)
