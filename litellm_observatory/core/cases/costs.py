"""Cases of the cost header: who bills by it loses the cost of a route that leaves it out."""

from collections.abc import Iterator
from dataclasses import replace

from litellm_observatory.core.wire.checks.check import status
from litellm_observatory.core.wire.checks.contract import has_headers, missing_route
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.requests import chat, message, response

COST = "x-litellm-response-cost"
"""LiteLLM leaves it out where the model has no price, and of streams, whose cost is not known when they begin."""


def cost_cases(model: str, max_tokens: int) -> Iterator[Request]:
    """The cost of a whole answer on each route (LiteLLM #31675: messages had none)."""
    routes = {"chat": chat, "responses": response, "messages": message}
    for route, request_to in routes.items():
        request = request_to(model, max_tokens=max_tokens)
        yield replace(
            request,
            name=f"{model}: cost of {route}",
            check=status(200) & has_headers(COST),
            absent=missing_route(request.path),
            level=Level.SHOULD,
        )
