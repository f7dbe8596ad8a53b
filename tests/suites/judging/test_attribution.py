"""Whose a failure was, from the evidence in it."""

import pytest

from suites.judging.attribution import Blame, blame
from suites.wire.failures import Failure, FailureKind

OPENAI = "litellm.InternalServerError: InternalServerError: OpenAIException - "


@pytest.mark.parametrize(
    ("kind", "message", "whose"),
    [
        (FailureKind.SERVER_ERROR, f"500: {OPENAI}The server had an error", Blame.PROVIDER),
        (FailureKind.SERVER_ERROR, "500: litellm.APIError: AzureException APIError - overloaded", Blame.PROVIDER),
        (FailureKind.RATE_LIMITED, "429: litellm.RateLimitError: OpenAIException - slow down", Blame.PROVIDER),
        (FailureKind.TIMEOUT, "408: litellm.Timeout: Timeout Error", Blame.PROVIDER),
        (
            FailureKind.SERVER_ERROR,
            f"500: {OPENAI}Cannot send a request, as the client has been closed.",
            Blame.GATEWAY,
        ),
        (FailureKind.SERVER_ERROR, f"500: {OPENAI}Connection error.", Blame.UNKNOWN),
        (FailureKind.RATE_LIMITED, "429: No deployments available for selected model", Blame.GATEWAY),
        (FailureKind.AUTH, "401: Authentication Error, No api key passed in.", Blame.GATEWAY),
        (FailureKind.SERVER_ERROR, "502: <html><h1>Bad Gateway</h1></html>", Blame.GATEWAY),
        (FailureKind.SERVER_ERROR, "500: Internal Server Error", Blame.GATEWAY),
        (FailureKind.CONNECTION, "could not connect: Connection refused", Blame.GATEWAY),
        (FailureKind.TIMEOUT, "no answer within 60 s", Blame.UNKNOWN),
        (FailureKind.EMPTY, "200 but empty content (finish_reason stop)", Blame.UNKNOWN),
    ],
)
def test_a_failure_is_blamed_by_its_evidence(kind: FailureKind, message: str, whose: Blame) -> None:
    assert blame(Failure(kind, message)) is whose
