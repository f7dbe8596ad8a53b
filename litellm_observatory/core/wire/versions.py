"""Versions of a gateway: which ones were seen, since when, and whether a release's tag names the one that runs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from packaging.version import InvalidVersion, Version

from litellm_observatory.core.text import list_names

MOST_SHOWN = 5
PREFLIGHT = "preflight"

_TAG = re.compile(
    r"(?:[a-z][a-z0-9_]*-)*v?(?P<version>[0-9]+(?:\.[0-9]+)+.*?)"
    r"(?:[-._](?:stable|nightly|latest|patch[-._]?[0-9]*))*",
    re.IGNORECASE,
)
"""LiteLLM's tags: `v1.90.0`, `1.90.0-stable`, `v1.90.0-nightly`, `main-v1.90.0-stable.patch.1`, `v1.90.0.rc.1`."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A version that a gateway reported, when it was seen first, and in what: `preflight`, or a suite's answers."""

    version: str
    since: datetime
    by: str

    def __str__(self) -> str:
        return f"{self.version} since {self.since:%Y-%m-%d %H:%M:%S} UTC ({self.by})"


def earliest(seen: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The least of the instants at which each version was seen."""
    first: dict[str, float] = {}
    for version, instant in seen:
        first[version] = min(instant, first.get(version, instant))
    return first


def first_sightings(seen: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """The first sighting of each version, in the order of time."""
    first: dict[str, Sighting] = {}
    for one in sorted(seen, key=lambda one: one.since):
        first.setdefault(one.version, one)
    return tuple(first.values())


def describe_change(seen: Sequence[Sighting]) -> str | None:
    """A sentence that the gateway's version changed; None where at most one version was seen."""
    if len(seen) < 2:
        return None
    rest = f" and {len(seen) - MOST_SHOWN} more" if len(seen) > MOST_SHOWN else ""
    return f"the gateway's version changed during the run: {', '.join(map(str, seen[:MOST_SHOWN]))}{rest}"


def join_versions(seen: Sequence[Sighting]) -> str | None:
    """The versions that were seen as one text, of very many the first few; None where there is none."""
    return list_names([one.version for one in seen], most=MOST_SHOWN) if seen else None


def is_another(release: str, reported: str) -> bool | None:
    """Whether a release's tag names another version than the gateway reports; None where one of them is no version.

    Release numbers and pre-releases are compared (PEP 440); builds of the same ones are the same version.
    """
    if release == reported:
        return False
    named, runs = _parse_version(release), _parse_version(reported)
    return None if named is None or runs is None else named != runs


def _parse_version(tag: str) -> tuple[Version, object] | None:
    match = _TAG.fullmatch(tag.strip())
    try:
        version = Version(match["version"]) if match else None
    except InvalidVersion:
        return None
    return (Version(version.base_version), version.pre) if version else None
