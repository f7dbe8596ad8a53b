"""Numbers and names as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.text import in_dollars, list_names, percent, span


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0 %"),
        (1, "1e2"),
        (0.01, "1 %"),
        (0.05, "5 %"),
        (0.07, "7 %"),
        (0.049, "4.9 %"),
        (0.00634, "0.63 %"),
        (0.000277, "0.028 %"),
        (0.5, "50 %"),
        (0.2333, "23 %"),
        (0.1, "10 %"),
        (0.0996, "10 %"),
        (0.001, "0.1 %"),
        (0.009966, "1 %"),
        (1e-9, "0.0000001 %"),
    ],
)
def test_a_share_has_two_significant_digits_and_no_idle_zeros(share: float, said: str) -> None:
    assert percent(share) == said.replace("1e2", "100 %")


@given(st.floats(1e-12, 1))
def test_a_percentage_is_as_near_as_two_digits_can_be(share: float) -> None:
    assert float(percent(share).removesuffix(" %")) == pytest.approx(share * 100, rel=0.0501)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (1.8, "1.8 s"),
        (0.04, "0 s"),
        (59.94, "59.9 s"),
        (59.96, "60 s"),
        (60, "1 min"),
        (300, "5 min"),
        (3600, "1 h"),
        (10_800, "3 h"),
        (3725.4, "1 h 2 min 5 s"),
        (3605, "1 h 5 s"),
        (604_800, "168 h"),
    ],
)
def test_a_duration_says_what_is_needed_of_hours_minutes_and_seconds(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_choices_are_sorted_and_not_too_many() -> None:
    assert list_names([]) == "none"
    assert list_names(["b", "a"]) == "a, b"
    assert list_names([f"{i:02}" for i in range(23)], most=3) == "00, 01, 02 and 20 more"
    assert list_names({"b": 1, "a": 2}) == "a, b"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "$0"),
        (12_345.671, "$12,345.68"),
        (0.1, "$0.10"),
        (0.2 + 0.1, "$0.30"),
        (0.0103, "$0.02"),
        (0.00034, "$0.00034"),
        (0.000341, "$0.00035"),
        (1e-12, "$0.0000000010"),
        (5e-324, "$0.0000000010"),
    ],
)
def test_an_amount_is_never_said_to_be_less_than_it_is(amount: float, said: str) -> None:
    assert in_dollars(amount) == said
