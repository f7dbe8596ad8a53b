"""`single-request`: does every model answer at all?"""

from suites.suite import Cases
from suites.wire.requests import MAX_TOKENS, chat


def single_request(*, max_tokens: int = MAX_TOKENS, stream: bool = False, gateway_retries: bool = False) -> Cases:
    """One real chat completion per model; without `gateway_retries` every rescue is ours, and told."""
    return Cases(
        name="single-request",
        requests=lambda models, _: [
            chat(model, max_tokens=max_tokens, stream=stream, gateway_retries=gateway_retries) for model in models
        ],
    )
