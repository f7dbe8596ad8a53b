"""`single-request`: does every model answer at all?"""

from dataclasses import replace

from litellm_observatory.core.parameters import GatewayRetries, Streamed, Tokens
from litellm_observatory.core.suite import Cases
from litellm_observatory.core.wire.checks.check import or_refused
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat


def single_request(
    *, max_tokens: Tokens = None, stream: Streamed = False, gateway_retries: GatewayRetries = False
) -> Cases:
    """One real chat completion per model; without `gateway_retries` every rescue is ours, and told."""

    def ask(model: str, tokens: int) -> Request:
        request = chat(model, max_tokens=tokens, stream=stream, gateway_retries=gateway_retries)
        return replace(request, check=or_refused(request.check))

    return Cases(
        name="single-request",
        requests=lambda models, facts: [ask(model, facts.bound(model, max_tokens)) for model in models],
        ask=lambda model, tokens: ask(model, max_tokens or tokens),
    )
