"""Patterns of messages that show a failure's origin, and signatures of known regressions.

Sources: LiteLLM's source and providers' documentation;
tests/core/judging/origins.csv has the messages that they are measured on, each with its source.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


def _any(parts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


_PYTHONS = (
    r"\bTraceback \(most recent",
    r"object has no attribute|has no attribute '",
    r"object is not (?:callable|subscriptable|iterable|reversible|an iterator)|is not JSON serializable",
    r"unexpected keyword argument|missing \d+ required|takes \d+ positional|got multiple values for",
    r"index out of range|indices must be|dictionary changed size|values to unpack|unhashable type",
    r"cannot access local variable|referenced before assignment|name '\w+' is not defined|No module named",
    r"invalid literal for|could not convert string|unsupported operand|can only concatenate|not supported between",
    r"Expecting value: |Expecting (?:',' delimiter|property name)|Extra data: |Unterminated string",
    r"codec can't (?:de|en)code|validation errors? for \w+|maximum recursion depth",
    r"\b(?:Attribute|Index|Key|Name|Import|Runtime|Assertion|Recursion|UnboundLocal|JSONDecode|UnicodeDecode)Error\b",
    r"\b(?:Type|Value)Error\(|\bNoneType\b|can't be used in 'await'|'coroutine' object",
    r"is closed\b|has been closed|attached to a different loop|different event loop|cannot schedule new futures",
    r"too many open files|cannot allocate memory|no space left on device",
)
_LITELLMS = (
    r"no deployments? available|no healthy deployments?|not found in router|exceeded cooldown",
    r"no fallback model group found",
    r"error parsing chunk|error processing=|received error=|invalid response object|error building chunks",
    r"unable to (?:get|parse) json response|error converting .* response|failed to parse (?!request\b|fc )",
    r"llm provider not provided|invalid model name passed|not allowed to access model|does not support parameters",
    r"missing model or messages|max retries must be an int|timeout error occurred|not implemented yet",
    r"authentication error, |no connected db|exceeded ?budget|budget has been exceeded|over budget|expired key",
    r"max parallel request|rate limit handler|crossed (?:tpm|rpm)|limit type: |rate limit type",
    r"litellm\.UnsupportedParamsError|user-defined ratelimit|rate limit exceeded for \w+[.:].{0,120}remaining: -?\d",
    r"unknown items in responses|default credentials were not found|reauthentication is needed",
    r"unable to locate credentials|api_key client option must be set|access_token not returned",
    r"prisma|query engine|too (?:little|much) data for declared|can't reach database|redis|callback|guardrail\b",
    r"unique constraint failed|error querying the database|too many clients already|^400: Invalid JSON payload",
    r"key is blocked|invalid user key|only proxy admin|your role=|missing \w+ api key|^\d{3}: \{'error': ['\"]",
    r"(?:Exception|Error) - '\w+'(?:$|\. Received Model Group)",  # a KeyError says no more than its key
    r"^50[234]: <|^500: Internal Server Error$",  # a load balancer's page; Starlette's answer to a crash
)
_NETWORKS = (
    r"connection error\b|cannot connect|could not connect|failed to connect|all connection attempts failed",
    r"connection (?:refused|reset|aborted|timed out|closed|broken|lost|to \S+ timed out)|connect timeout|broken pipe",
    r"server disconnected|peer closed connection|without sending|incomplete (?:chunked )?read|message body",
    r"payload is not completed|not enough data for satisfy|reading data from socket|premature",
    r"litellm\.Timeout|APITimeoutError|\b(?:request|read|write|operation|polling) timed out|timeout error",
    r"\b(?:Read|Write|Connect|Pool)(?:Timeout|Error)\b|(?:Remote|Local)ProtocolError|Client(?:OS|Payload|Connector)Error",
    r"SSLError|\[SSL|certificate verify failed|EOF occurred|ssl handshake",
    r"name resolution|name or service not known|nodename nor servname|getaddrinfo|no address associated",
    r"network is unreachable|no route to host|\[Errno|\[WinError|max retries exceeded with url|ConnectionPool\(",
    r"upstream connect error|no healthy upstream|a timeout occurred",
)
_SENTENCES = (
    r"the server had an error|server is currently overloaded|(?:model|engine) is (?:currently )?overloaded",
    r"rate limit (?:reached|exceeded) for|exceeded your current quota|request too large for|insufficient quota",
    r"incorrect (?:api key provided|\[key\])|maximum context length (?:is|of)|the model `?\S+`? does not exist",
    r"exceeded (?:the )?(?:token|call) rate limit|temporarily unable to process your request|DeploymentNotFound",
    r"high demand|system is experiencing|no capacity|currently at capacity|over capacity|capacity exceeded",
    r"number of request tokens has exceeded|exceed your organization.s rate limit|prompt is too long|\boverloaded\b",
    r"\boverloaded_error|rate_limit_error|credit balance is too low|output blocked by content filtering",
    r"resource (?:has been )?exhausted|RESOURCE_EXHAUSTED|quota exceeded for|out of capacity|api key not valid",
    r"an internal error has occurred|service is currently unavailable|deadline expired before operation",
    r"\b(?:Throttling|ServiceUnavailable|ModelError|ModelTimeout|ModelNotReady|InternalServer|ModelStreamError"
    r"|AccessDenied|Validation|ServiceQuotaExceeded|ResourceNotFound)Exception\b",
    r"too many (?:requests|tokens), please wait|unable to process your request|bedrock is unable to process",
    r"trial key|per minute request limit|too many tokens: |invalid api token|request was throttled",
    r"model too busy|is currently loading|received (?:server|client) error \(\d{3}\) from primary",
    r"provider returned error|no allowed providers|no endpoints found|insufficient (?:credits|balance)",
    r"requests rate limit exceeded|token_quota_reached|REQUEST_LIMIT_EXCEEDED|TEMPORARILY_UNAVAILABLE",
    r"unsupported parameter: |unrecognized request argument|resource not found|permitted models can be found",
    r"failed to deserialize the json body|unknown variant `\w+`, expected|invalid format type: ",
    r"`model_kwargs` are not used|pipeline cannot infer suitable model|rate limit specific to this model",
    r"payment required to access|reduce the length of the messages or completion|non-serverless model",
    r"extra inputs are not permitted|spending limit reached|array fields require at least|too many requests in a",
    r"must be followed by tool messages|prompt exceeds max length|model output limit was reached|model unloaded",
    r"exceeded model token limit|exceeds the (?:available context size|limit of \d+)|credit balance is running low",
    r"invalid temperature: |only available for coding agents|not found the model|InternalError\.Algo|^unknown model",
    r"request rate increased too|'\w+' is a required property|data may contain inappropriate|failed to load model",
    r"tool_choice parameter does not|tool choice requires|editor-version header|model is not supported|IDE token exp",
    r"unable to complete request: |^rate limit exceeded$|payment method is required|parameter is illegal",
    r"invalid api parameter|high concurrency usage|unsupported value: |requested operation is unsupported",
    r"engine protocol predict request",
    r"unavailable due to high demand|rate limit exceeded\. please|content management policy|web server is returning",
)

GATEWAYS = _any((*_PYTHONS, *_LITELLMS))
"""Messages that only the gateway itself sends: its Python, router, proxy and parsers, or a proxy before it."""

NETWORKS = _any(_NETWORKS)
"""Messages of the system, DNS, TLS and HTTP clients about a connection from the gateway to its provider."""

PROVIDERS = _any(_SENTENCES)
"""Sentences and names of errors that providers document."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A known regression: a part of its message, in lower case, and its source."""

    message: str
    source: str

    def is_in(self, message: str) -> bool:
        """Whether a failure's message shows it."""
        return self.message in message.lower()


KNOWN = (
    Signature("client has been closed", "LiteLLM PR #19190"),
    Signature("session is closed", "LiteLLM PR #15442"),
)
