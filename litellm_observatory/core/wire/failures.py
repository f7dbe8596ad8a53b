"""What failed means: kinds of failure, and messages made fit to count and to show."""

import re
import traceback
from dataclasses import dataclass
from enum import StrEnum

from litellm_observatory.core.text import break_commands, make_printable, shorten
from litellm_observatory.core.wire.text import CUT, SCANNED, in_words, one_line

MESSAGE_LIMIT = 300
"""Characters kept of a failure's message."""


class FailureKind(StrEnum):
    """How one attempt failed, in the words that reports and Slack use."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    AUTH = "auth"
    BAD_REQUEST = "bad_request"
    MALFORMED = "malformed"
    EMPTY = "empty"
    STREAM_CUT = "stream_cut"
    BUFFERED = "buffered"
    TOO_LARGE = "too_large"
    STALE_CONNECTION = "stale_connection"
    TRUNCATED = "truncated"
    """Cut by our own bound on tokens, which the model spent on reasoning."""
    REFUSAL = "refusal"
    """The model, or a provider's filter, would not answer; the gateway has passed that on."""
    CACHED = "cached"
    """Served from a cache: nothing went upstream."""

    @property
    def is_transient(self) -> bool:
        """Whether another try may well succeed: connection, timeout, 408, 429 and 5xx."""
        return self in _TRANSIENT

    @property
    def proves_nothing(self) -> bool:
        """Whether it proves nothing about the gateway: neither a failure nor a pass."""
        return self in _NO_PROOF

    @property
    def remedy(self) -> str:
        """What makes such an answer prove something; empty where it proves something already."""
        return _NO_PROOF.get(self, "")


_TRANSIENT = frozenset(
    {
        FailureKind.TIMEOUT,
        FailureKind.CONNECTION,
        FailureKind.STALE_CONNECTION,
        FailureKind.RATE_LIMITED,
        FailureKind.SERVER_ERROR,
    }
)


_NO_PROOF = {
    FailureKind.STALE_CONNECTION: "run again",
    FailureKind.TRUNCATED: "raise max_tokens",
    FailureKind.REFUSAL: "run again, or leave the model out",
    FailureKind.CACHED: "let the cache heed no-cache",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed: its kind, and a message without secrets of at most MESSAGE_LIMIT characters."""

    kind: FailureKind
    message: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


def kind_of_status(status: int) -> FailureKind:
    """The kind of failure that an HTTP status other than the expected one stands for."""
    match status:
        case 401 | 403:
            return FailureKind.AUTH
        case 408:
            return FailureKind.TIMEOUT
        case 429:
            return FailureKind.RATE_LIMITED
        case _ if status >= 500:
            return FailureKind.SERVER_ERROR
        case _ if status >= 400:
            return FailureKind.BAD_REQUEST
        case _:
            return FailureKind.MALFORMED


_REDACTED = "[key]"

# Each alternative takes all that it can once it has begun, so that no text is read more than once: no look-ahead, and
# nothing that must follow a run of any length.
_KEY_SHAPED = re.compile(
    r"(?i)\b(?:sk|pk|rk|gsk|hf|xai|ghp)[-_][\w*.-]{6,}|\bkey-[\w*.-]{6,}"  # OpenAI, Anthropic, LiteLLM, Groq …
    r"|\bAIza[\w-]{20,}|\bAKIA[0-9A-Z]{12,}|\beyJ[\w.-]{8,}"  # Google, AWS, JSON Web Tokens
    r"|\bapi[-_ ]?key(?: provided)?[\"']?\s*[:=]\s*[\"']?[^\s\"',;}]{6,}"
    r"|\b(?:bearer|basic)\s+[\w+/=.~-]{6,}"
    r"|https://hooks\.slack\.com/\S+"
)


def redact(text: str, secret: str = "") -> str:
    """`text` without `secret`, and without anything else that has the shape of a key or a credential."""
    if secret:
        text = text.replace(secret, _REDACTED)
    return _KEY_SHAPED.sub(_REDACTED, text)


def without(body: bytes, secret: str) -> bytes:
    """`body` without `secret`, wherever it echoes it."""
    return body.replace(secret.encode(), _REDACTED.encode()) if secret else body


def presentable(said: object, secret: str = "", most: int = MESSAGE_LIMIT) -> str:
    """What was said, on one line of at most `most` printable characters without keys, whole or cut.

    Only the beginning is read (SCANNED characters), so that nothing that was said takes long to show.
    """
    text = in_words(said)
    if secret:
        text = text.replace(secret, _REDACTED)
    line = one_line(redact(text[:SCANNED]))
    if len(text) > SCANNED and len(line) <= most:  # its last word may be half a key
        line = f"{line.rpartition(' ')[0]} {CUT}".strip()
    return line if len(line) <= most else line[: most - 1] + CUT


MOST_OF_A_PART, MOST_PARTS = 1000, 100


def trace_of(error: BaseException, secret: str = "") -> str:
    """The trace of a fault of ours in the lines of a log: printable, without keys, and no command of a CI.

    Of a part (a frame, a message) the first MOST_OF_A_PART characters are kept, of the parts the last MOST_PARTS.
    """
    parts = traceback.format_exception(error)[-MOST_PARTS:]
    lines = (make_printable(redact(part, secret), keep="\n").rstrip() for part in parts)
    return break_commands("\n".join(shorten(line, most=MOST_OF_A_PART) for line in lines))


_FINGERPRINT_OF_CUT = 200
"""Characters kept of a cut message once folded: longer ids before a cut mean less text before it."""

_FOLDS = (
    (re.compile(r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"(?i)\b(?:chatcmpl|req|resp|call|msg|run|request)[-_](?=[\w-]{0,99}\d)[\w-]{6,}"), "<id>"),
    (re.compile(r"(?i)(?<!\d\.)\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b"), "<id>"),
    (re.compile(r"(?<!\d\.)\b(?=[a-zA-Z]*\d)[0-9a-zA-Z]{16,}\b"), "<id>"),
    (re.compile(r"(?i)\b0x[0-9a-f]+\b"), "<id>"),
    (re.compile(r"(?<![\w.-])\d+(?:[.,:]\d+)*(?:e[+-]?\d+\b)?(?=\b|[a-z]{1,2}\b)"), "<n>"),
)


def fingerprint(message: str) -> str:
    """`message` with ids, times and numbers folded, so that alike failures count as one.

    The leading HTTP status stays: a 500 and a 503 are different failures.
    """
    status = re.match(r"\d{3}\b", message)
    head, tail = (status.group(), message[status.end() :]) if status else ("", message)
    for pattern, folded in _FOLDS:
        tail = pattern.sub(folded, tail)
    if tail.endswith(CUT) and len(tail) > _FINGERPRINT_OF_CUT:
        tail = tail[: _FINGERPRINT_OF_CUT - 1] + CUT
    return head + tail
