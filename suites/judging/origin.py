"""Where a failure comes from, by evidence: the gateway, the provider behind it, or nobody can tell.

LiteLLM puts a provider's name before nearly everything, its own broken client included (BerriAI/litellm#24929), so
that name proves nothing. What comes after it may: an error body, or a sentence that the provider documents.
"""

import re
from enum import StrEnum

from suites.judging.origin_words import GATEWAYS, NETWORKS, PROVIDERS
from suites.judging.signatures import KNOWN
from suites.wire.failures import Failure, FailureKind


class Origin(StrEnum):
    """Where a failure comes from."""

    GATEWAY = "gateway"
    PROVIDER = "provider"
    UNKNOWN = "unknown"


_RELAYED = re.compile(
    # `OpenAIException - …`, `BedrockException: Rate Limit Error - …`, `Cloudflare Exception - …`
    r"^(?:\d{3}: |error event).*?\b\w+ ?(?:Exception|Error)\b(?::? [\w ]{1,40}?)? - (?P<words>.+)",
    re.DOTALL,
)
_ERROR_BODY = re.compile(
    # An HTTP status may stand before it. What a body that is no error begins with (`id`, `choices`) is not here.
    r"(?:Error code: )?(?:\d{3} )?(?:- )?b?['\"]?[\[{\s]*"
    r"['\"](?:error|errors|error_code|code|type|status|title|message|detail|details|fault|object|__type)['\"]\s*:"
)


def origin(failure: Failure) -> Origin:
    """Where a failure comes from. Whatever is not proven to be the provider's counts like the gateway's.

    Words of the network between both, and a silence, are nobody's: either end may be at fault.
    """
    message = failure.message
    if failure.kind is FailureKind.CONNECTION or any(signature.is_in(message) for signature in KNOWN):
        return Origin.GATEWAY
    if GATEWAYS.search(message):
        return Origin.GATEWAY
    if NETWORKS.search(message):
        return Origin.UNKNOWN
    return Origin.PROVIDER if _is_a_providers(message) else Origin.UNKNOWN


def _is_a_providers(message: str) -> bool:
    """Whether LiteLLM passes on, with an upstream status or in a stream, what only a provider says."""
    relayed = _RELAYED.match(message)
    return bool(relayed and (_ERROR_BODY.match(relayed["words"]) or PROVIDERS.search(relayed["words"])))
