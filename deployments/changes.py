"""What was done to each object on the server, found by comparing it before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What became of an object."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Change:
    """The fate of one object; `detail` says which of its fields changed, never a secret's value."""

    fate: Fate
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.fate:<9} {self.what}" + (f" ({self.detail})" if self.detail else "")


Fields = Mapping[str, Any]


def diff(what: str, before: Fields | None, after: Fields) -> Change:
    """The change from `before` (None: there was no such object) to `after`."""
    if before is None:
        return Change(Fate.CREATED, what)
    changed = [name for name in after if before.get(name) != after[name]]
    return Change(Fate.CHANGED if changed else Fate.UNCHANGED, what, ", ".join(changed))


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


def status_of(told: Iterable[Change | Notice]) -> int:
    """The exit status of a command that told these."""
    return int(any(isinstance(one, Notice) and one.is_refusal for one in told))
