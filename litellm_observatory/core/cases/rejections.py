"""Cases of requests that a gateway must reject: without a valid key, for an unknown model, with a malformed body."""

from collections.abc import Iterator
from dataclasses import replace

from litellm_observatory.core.wire.checks.check import Check, malformed
from litellm_observatory.core.wire.checks.contract import missing_route, rejects_stranger, rejects_with_error
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.requests import chat, embedding, message, response

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
    unknown = {**routes["messages"].body, "model": UNKNOWN_MODEL}
    yield replace(
        routes["messages"],
        name="refusal of messages as Anthropic tells it",
        body=unknown,
        check=_as_anthropic_tells_it,
        absent=missing_route(routes["messages"].path),
        level=Level.SHOULD,
    )
    for route, request in routes.items():
        sensible = replace(request, absent=missing_route(request.path), reads=None)
        senseless = {name: value for name, value in request.body.items() if name not in REQUIRED}
        yield replace(
            sensible, name=f"wrong key refused: {route}", headers={"Authorization": WRONG_KEY}, check=rejects_stranger
        )
        yield replace(
            sensible, name=f"no key refused: {route}", headers={"Authorization": None}, check=rejects_stranger
        )
        yield replace(
            sensible,
            name=f"unknown model refused: {route}",
            body={**request.body, "model": UNKNOWN_MODEL},
            check=rejects_with_error,
            level=Level.SHOULD,
        )
        yield replace(
            sensible,
            name=f"malformed body refused: {route}",
            body=senseless,
            check=rejects_with_error,
            level=Level.SHOULD,
        )
