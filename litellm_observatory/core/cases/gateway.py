"""Cases of the gateway itself: probes, the list of models, metrics."""

from dataclasses import replace

from litellm_observatory.core.wire.checks.check import Check, is_object, status
from litellm_observatory.core.wire.checks.contract import is_metrics, lists_models, missing_route, within
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.requests import chat

ITSELF = "the gateway"
"""What a case counts for that is no model's."""

LIVENESS = "/health/liveliness"
PROBE_SECONDS = 1.0
"""Kubernetes' default timeout of a probe."""

METRICS_BYTES = 32 * 1024 * 1024
"""A busy gateway answers a scrape with megabytes of metrics."""

LOAD = 8
"""Chat completions kept in flight while a probe is answered."""


def cases_of_the_gateway(model: str) -> list[Request]:
    """Liveness, readiness, the list of models and the metrics; liveness also with chat traffic to `model`."""
    in_time = status(200) & within(PROBE_SECONDS)
    metrics = replace(
        _get("metrics", "/metrics/", is_metrics), absent=missing_route("/metrics/"), most_bytes=METRICS_BYTES
    )
    scraped = replace(metrics, name="metrics without a key", headers={"Authorization": None})
    under_load = replace(_get("liveness under load", LIVENESS, in_time), beside=(chat(model),) * LOAD)
    return [
        _get("liveness", LIVENESS, status(200)),
        _get("readiness", "/health/readiness", status(200) & is_object),
        _get("models listed", "/v1/models", status(200) & lists_models),
        *(replace(case, level=Level.SHOULD) for case in (metrics, scraped, under_load)),
    ]


def _get(name: str, path: str, check: Check) -> Request:
    return Request(name, ITSELF, path, {}, check, method="GET")
