"""Where a failure comes from, by evidence: the gateway, the provider behind it, or unknown.

LiteLLM puts a provider's name before nearly everything, its own broken client included (BerriAI/litellm#24929), so
that name proves nothing. What comes after it may: an error body, or a sentence that the provider documents.
"""

import re
from enum import StrEnum

from litellm_observatory.core.judging.message_patterns import GATEWAYS, KNOWN, NETWORKS, PROVIDERS
from litellm_observatory.core.wire.failures import Failure, FailureKind


class Origin(StrEnum):
    """Where a failure comes from."""

    GATEWAY = "gateway"
    PROVIDER = "provider"
    UNKNOWN = "unknown"


_PREFIX = r"\w+ ?(?:Exception|Error)\b(?::? [\w ]{1,40}?)? - "
_RELAYED = re.compile(
    # `OpenAIException - …`, `BedrockException: Rate Limit Error - …`, `Cloudflare Exception - …`, or two of them
    rf"^(?:\d{{3}}: |error event).*?\b{_PREFIX}(?:{_PREFIX})?(?P<text>.+)",
    re.DOTALL,
)
_LEAD = r"(?:Error code: )?(?:\d{3} )?(?:- )?(?:Failed to start prediction |data: )?b?['\"]?(?:[\[{\s]|\\n)*"
_FIRST = (
    r"['\"](?:error|errors|error_code|code|type|status|title|message|detail|details|fault|object|__type)['\"]\s*:"
    r"(?!\s*(?:['\"](?:message['\"]|response['\"]|chat\.|text_completion)|null|None))"
)
"""How an error body begins; what is looked for ahead begins an answer that is no error."""
_PLAIN = r"['\"]\w+['\"]\s*:\s*(?:['\"][^'\"]{0,80}['\"]|[\w.+-]{1,40})\s*,\s*"  # an id, a model, a time
_LATER = r"['\"](?:(?:error|errors|detail|fault)['\"]\s*:(?!\s*(?:null|None))|message['\"]\s*:\s*['\"])"
_ERROR_BODY = re.compile(rf"{_LEAD}(?:{_FIRST}|(?:{_PLAIN}){{1,3}}{_LATER})", re.IGNORECASE)
_BEDROCKS_EVENT = re.compile(
    r"^error event in the stream: (?:internalServer|throttling|validation|serviceUnavailable|model\w+)Exception \{"
)
"""Amazon Bedrock's event that ends a stream, which LiteLLM passes on without a prefix."""


def origin(failure: Failure) -> Origin:
    """Where a failure comes from. Whatever is not proven to be the provider's counts like the gateway's.

    A timeout, or an error of the network between both, is attributed to neither side: either may have caused it.
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
    """Whether LiteLLM relays, with an upstream status or in a stream, a message that only a provider sends."""
    if _BEDROCKS_EVENT.match(message):
        return True
    relayed = _RELAYED.match(message)
    return bool(relayed and (_ERROR_BODY.match(relayed["text"]) or PROVIDERS.search(relayed["text"])))
