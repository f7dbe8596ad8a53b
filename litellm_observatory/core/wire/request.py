"""A request: one call to one endpoint, with the check that its reply must pass, and what is read off it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from litellm_observatory.core.wire.checks.check import Check
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.samples import Process

NONCE = "{nonce}"
"""Stands in a body for a text of each request's own, so that no cache knows its answer."""


def nonce_of(request_id: str) -> str:
    """Digits that no other request has, in groups of three, of which most tokenizers count equally many tokens."""
    digits = f"{int.from_bytes(hashlib.blake2s(request_id.encode(), digest_size=8).digest()) % 10**12:012d}"
    return "-".join(digits[start : start + 3] for start in range(0, 12, 3))


BODY_LIMIT = 1024 * 1024
"""Bytes read of a reply at most, where a request does not say otherwise; a longer one is cut by closing."""


class Level(StrEnum):
    """What a case is: whether users need what it asks for."""

    MUST = "must"
    """Fails a run: an answer, the rejection of a wrong key, a stream that SDKs can read."""
    SHOULD = "should"
    """Is reported, and fails a run only when the last passed run of the gateway had it: headers, codes, times."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call to one endpoint: `body` is sent as JSON to `path`, below the gateway's URL; a GET sends none.

    NONCE in its texts is replaced, each time that it is sent.
    `model` is what its outcome counts for. `headers` are sent beside our own; None leaves one of ours out.
    """

    name: str
    model: str
    path: str
    body: Mapping[str, object]
    check: Check
    method: str = "POST"
    headers: Mapping[str, str | None] = field(default_factory=dict)
    is_token: Callable[[Any], bool] | None = None
    """Which chunks of its stream bring something of the answer; None for one that is not streamed."""
    reads: Callable[[Reply], float | None] | None = None
    """A number to keep of each reply that passed."""
    answered_by: Callable[[Reply], Process | None] | None = None
    """The process that gave a reply which passed; None where it does not say."""
    absent: Callable[[Reply], str | None] | None = None
    """Why a reply says that what is asked for is not enabled; it is skipped then, and neither passed nor failed."""
    most_bytes: int = BODY_LIMIT
    """Bytes read of its reply at most."""
    skip: str = ""
    """Why it is not sent at all."""
    level: Level = Level.MUST
    """What it is as a case; in a soak every request counts alike."""
    beside: tuple["Request", ...] = ()
    """Requests that are kept in flight while it is sent."""
    before: "Request | None" = None
    """A request that is sent before it, whatever becomes of that one."""
    twin: "Request | None" = None
    """A request of the same text that is sent before it; what is read off both must be equal."""

    def also(self, check: Check) -> "Request":
        """The request with one more check, which is asked when the others have passed."""
        return replace(self, check=self.check & check)

    def content(self, request_id: str) -> bytes:
        """The body as it is sent under this id."""
        return json.dumps(self.body).replace(NONCE, nonce_of(request_id)).encode()

    @property
    def is_streamed(self) -> bool:
        """Whether the answer is asked for as a stream of events."""
        return self.is_token is not None

    @property
    def most_tokens(self) -> int:
        """The most tokens that the answer may have; 0 where no bound is set."""
        bounds = (self.body.get(name) for name in ("max_tokens", "max_output_tokens"))
        return next((bound for bound in bounds if isinstance(bound, int)), 0)
