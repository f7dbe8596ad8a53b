"""Cases of the gateway itself: probes, the list of models, metrics, and requests that it must reject."""

from collections.abc import Iterator
from dataclasses import replace

from litellm_observatory.core.wire.checks.check import Check, is_object, malformed, status
from litellm_observatory.core.wire.checks.contract import (
    is_metrics,
    lists_models,
    missing_route,
    rejects_stranger,
    rejects_with_error,
    within,
)
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.requests import chat, embedding, message, response

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


UNKNOWN_MODEL = "no-such-model-of-the-observatory"
WRONG_KEY = "Bearer sk-wrong-key-of-the-observatory"
REQUIRED = ("messages", "input")
"""The fields without which a request is invalid."""


def _type_is_error(reply: Reply) -> Failure | None:
    match reply.json:
        case {"type": "error", "error": {"type": str(), "message": str()}}:
            return None
    return malformed(f"{reply.status} in a shape that Anthropic's clients do not read: no type 'error'")


_as_anthropic_tells_it = Check(_type_is_error)
"""Anthropic's API reports errors as `{"type": "error", "error": {"type", "message"}}`."""


def rejection_cases(model: str) -> Iterator[Request]:
    """Wrong key, no key, unknown model and malformed body, on each route; none of them reaches a provider.

    That a caller without a valid key is refused is a must; the form of an error, and its code, are shoulds.
    """
    routes = {
        "chat": chat(model),
        "responses": response(model),
        "messages": message(model),
        "embeddings": embedding(model),
    }
    yield replace(
        routes["messages"],
        name="refusal of messages as Anthropic tells it",
        body={**routes["messages"].body, "model": UNKNOWN_MODEL},
        check=_as_anthropic_tells_it,
        absent=missing_route(routes["messages"].path),
        level=Level.SHOULD,
    )
    for route, request in routes.items():
        sensible = replace(request, absent=missing_route(request.path), reads=None)
        for whose, key in (("wrong", WRONG_KEY), ("no", None)):
            stranger = replace(sensible, headers={"Authorization": key}, check=rejects_stranger)
            yield replace(stranger, name=f"{whose} key refused: {route}")
        unknown = {**request.body, "model": UNKNOWN_MODEL}
        senseless = {name: value for name, value in request.body.items() if name not in REQUIRED}
        for what, body in (("unknown model", unknown), ("malformed body", senseless)):
            invalid = replace(sensible, body=body, check=rejects_with_error, level=Level.SHOULD)
            yield replace(invalid, name=f"{what} refused: {route}")
