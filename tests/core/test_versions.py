"""Versions: their first sightings, and release tags compared with what a gateway tells."""

from datetime import UTC, datetime, timedelta

import pytest

from litellm_observatory.core.wire.versions import (
    Sighting,
    describe_change,
    earliest,
    first_sightings,
    is_another,
    join_versions,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "tag",
    [
        *("v1.90.0", "1.90.0", "1.90", "V1.90.0", "1.90.0-stable", "v1.90.0-nightly", "main-v1.90.0-stable"),
        *("v1.90.0-stable.patch.1", "litellm_stable_release_branch-v1.90.0-stable", "v1.90.0.post1", "1.90.0.dev3"),
    ],
)
def test_a_tag_of_a_version_names_it_in_all_of_litellms_spellings(tag: str) -> None:
    assert is_another(tag, "1.90.0") is False
    assert is_another(tag, "1.89.0") is True
    assert is_another(tag, "1.90.1") is True


def test_a_pre_release_is_another_version() -> None:
    assert is_another("v1.90.0-rc.1", "1.90.0rc1") is False
    assert is_another("v1.90.0.rc.1", "1.90.0") is True
    assert is_another("v1.90.0-rc.1", "1.90.0rc2") is True


@pytest.mark.parametrize("tag", ["my-branch", "v1", "main-latest", "sha-0a1b2c3", "", "1.80.0-standin", "v1.90.0 x"])
def test_what_is_no_version_cannot_be_compared(tag: str) -> None:
    assert is_another(tag, "1.90.0") is None
    assert is_another("v1.90.0", tag) is None
    assert is_another(tag, tag) is False


def test_a_version_is_seen_since_it_was_seen_first_by_whomever() -> None:
    def seen(version: str, seconds: int, by: str) -> Sighting:
        return Sighting(version, AT + timedelta(seconds=seconds), by)

    versions = first_sightings(
        [seen("2", 30, "b"), seen("1", 0, "preflight"), seen("2", 20, "a"), seen("1", 10, "a")]
    )
    assert versions == (seen("1", 0, "preflight"), seen("2", 20, "a"))
    assert describe_change(versions[:1]) is describe_change(()) is None
    assert str(describe_change([seen(str(i), i, "a") for i in range(7)])).endswith("(a) and 2 more")
    assert earliest([("1", 3.0), ("2", 1.0), ("1", 2.0)]) == {"1": 2.0, "2": 1.0}


def test_very_many_versions_are_one_bounded_name() -> None:
    assert join_versions([]) is None
    assert join_versions([Sighting("1.91.0", AT, "a"), Sighting("1.90.0", AT, "b")]) == "1.90.0, 1.91.0"
    many = join_versions([Sighting(f"1.{number}.0", AT, "a") for number in range(5000)])
    assert many
    assert many.endswith("and 4,995 more")
    assert len(many) < 500
