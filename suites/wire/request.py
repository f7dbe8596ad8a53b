"""A request: one call to one endpoint, with the check that its reply must pass, and what is read off it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from suites.wire.checks.check import Check
from suites.wire.reply import Reply


class Level(StrEnum):
    """What a case is: whether users need what it asks for."""

    MUST = "must"
    """Fails a run: an answer, the refusal of strangers, a stream that SDKs can read."""
    SHOULD = "should"
    """Is told, and fails a run only when the last passed run of the gateway had it: headers, codes, times."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call to one endpoint: `body` is sent as JSON to `path`, below the gateway's URL; a GET sends none.

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
    absent: Callable[[Reply], str | None] | None = None
    """Why a reply says that what is asked for is not enabled; it is skipped then, and neither passed nor failed."""
    skip: str = ""
    """Why it is not sent at all."""
    level: Level = Level.MUST
    """What it is as a case; in a soak every request counts alike."""
    beside: tuple["Request", ...] = ()
    """Requests that are kept in flight while it is sent."""

    @property
    def is_streamed(self) -> bool:
        """Whether the answer is asked for as a stream of events."""
        return self.is_token is not None

    @property
    def most_tokens(self) -> int:
        """The most tokens that the answer may have; 0 where no bound is set."""
        bounds = (self.body.get(name) for name in ("max_tokens", "max_output_tokens"))
        return next((bound for bound in bounds if isinstance(bound, int)), 0)
