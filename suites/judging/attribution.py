"""Whose a failure was: the gateway's, the provider's behind it, or nobody can tell."""

import re
from enum import StrEnum

from suites.judging.signatures import KNOWN
from suites.wire.failures import Failure, FailureKind


class Blame(StrEnum):
    """Whose failure it was, from the evidence in it."""

    GATEWAY = "gateway"
    PROVIDER = "provider"
    UNKNOWN = "unknown"


_GATEWAYS_OWN_WORDS = re.compile(
    r"\bis closed\b|object has no attribute|object is not (?:callable|subscriptable|iterable)"  # its code broke
    r"|no deployments? available|no healthy deployments?"  # LiteLLM's router
    r"|authentication error, |no connected db|exceeded budget|max parallel request"  # LiteLLM's proxy
    r"|^50[234]: <|^500: Internal Server Error$",  # a load balancer's page; Starlette's answer to a crash
    re.IGNORECASE,
)
_NO_WORD_OF_THE_PROVIDER = re.compile(r"Exception - (?:connection error|cannot connect)", re.IGNORECASE)
_PROVIDERS_WORDS = re.compile(
    # LiteLLM puts the provider's error class before its words: `OpenAIException - The server had an error`.
    r"\b[A-Z]\w*(?:Exception|Error)(?: \w+)? - |litellm\.Timeout|APITimeoutError"
)


def blame(failure: Failure) -> Blame:
    """Whose failure it was.

    The gateway's: it was not there, or spoke for itself. The provider's: its error class stands before its words.
    A silence is nobody's: a gateway that hangs and a provider that hangs look alike from outside.
    """
    if any(signature.is_in(failure.message) for signature in KNOWN):
        return Blame.GATEWAY
    if failure.kind is FailureKind.CONNECTION or _GATEWAYS_OWN_WORDS.search(failure.message):
        return Blame.GATEWAY
    if _NO_WORD_OF_THE_PROVIDER.search(failure.message):
        return Blame.UNKNOWN
    if _PROVIDERS_WORDS.search(failure.message):
        return Blame.PROVIDER
    return Blame.UNKNOWN
