"""A command that writes tables into a page leaves everything else as somebody wrote it."""

import pytest

from tests.docs.places import filled, refilled

PAGE = """Prose.

<!-- make bench: power -->
old
<!-- end -->

<!-- make docs: suites -->
others'
<!-- end -->
"""


def test_a_table_is_replaced_and_nothing_else() -> None:
    assert filled(PAGE, "bench", {"power": r"new \1"}) == PAGE.replace("old", r"new \1")


@pytest.mark.parametrize("tables", [{}, {"powre": "new"}, {"power": "new", "alarms": "new"}])
def test_places_that_are_not_those_of_the_tables_are_told(tables: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="make bench: power"):
        filled(PAGE, "bench", tables)


def test_a_place_that_stands_twice_is_told() -> None:
    with pytest.raises(ValueError, match="make bench: power"):
        filled(PAGE + PAGE, "bench", {"power": "new"})


def test_one_table_of_several_is_replaced_alone() -> None:
    assert refilled(PAGE, "make docs: suites", "ours") == PAGE.replace("others'", "ours")


def test_a_table_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for 'make chaos: SQLite'"):
        refilled(PAGE, "make chaos: SQLite", "new")
