"""What was done to each object on the server, found by comparing it before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of an object."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """The outcome for one object; `detail` says which of its fields changed, never a secret's value."""

    outcome: Outcome
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.outcome:<9} {self.what}" + (f" ({self.detail})" if self.detail else "")


Fields = Mapping[str, Any]


def diff(what: str, before: Fields | None, after: Fields) -> Change:
    """The change from `before` (None: there was no such object) to `after`."""
    if before is None:
        return Change(Outcome.CREATED, what)
    changed = [name for name in after if before.get(name) != after[name]]
    return Change(Outcome.CHANGED if changed else Outcome.UNCHANGED, what, ", ".join(changed))


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be known of something that was not changed: `about` is one of NOTICES.

    A trouble may pass; a refusal, such as of the key, is an error of who said it.
    """

    about: str
    text: str
    is_trouble: bool = False
    is_refusal: bool = False


GATEWAY, NIGHT = NOTICES = ("gateway", "night")


def status_of(changes: Iterable[Change | Notice]) -> int:
    """The exit status of a command that made these."""
    return int(any(isinstance(one, Notice) and one.is_refusal for one in changes))
