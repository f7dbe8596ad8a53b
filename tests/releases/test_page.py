"""The page of releases: a regression counts as caught only where the bad release alone is failed."""

from dataclasses import replace

import pytest

from tests.releases.__main__ import in_order
from tests.releases.page import Standing, page, standing
from tests.releases.regressions import HEALTHY_RELEASES, REGRESSIONS
from tests.releases.trial import Outcome, Trial

BOOM = replace(REGRESSIONS[0], bad="2.0.1", good="2.0.0", named="boom", wanted="a check that listens")
PASSED = Outcome("api-contract", "passed", "Passed: all")


def trials(
    bad: Outcome, good: Outcome, *, shown: str | None = "400", shown_by_good: str | None = None
) -> dict[str, Trial]:
    return {
        "2.0.1": Trial("2.0.1", {BOOM.name: shown}, {BOOM.name: bad}),
        "2.0.0": Trial("2.0.0", {BOOM.name: shown_by_good}, {BOOM.name: good}, [PASSED]),
    }


def failed(said: str) -> Outcome:
    return Outcome("api-contract", "failed", f"Failed: 1 of 2\n{said}")


@pytest.mark.parametrize(
    ("bad", "good", "expected"),
    [
        (failed("boom"), PASSED, Standing.NAMED),
        (failed("something else"), PASSED, Standing.CAUGHT),
        (PASSED, PASSED, Standing.MISSED),
        (failed("boom"), failed("boom"), Standing.MISSED),
        (failed("boom"), failed("something else"), Standing.NAMED),
        (replace(PASSED, said="Passed: boom is told"), PASSED, Standing.MISSED),
    ],
)
def test_a_regression_is_caught_where_the_bad_release_alone_is_failed(
    bad: Outcome, good: Outcome, expected: Standing
) -> None:
    assert standing(BOOM, trials(bad, good)) is expected


def test_a_defect_that_the_probe_sees_nowhere_or_in_both_proves_nothing() -> None:
    assert standing(BOOM, trials(failed("boom"), PASSED, shown=None)) is Standing.UNPROVEN
    assert standing(BOOM, trials(failed("boom"), PASSED, shown_by_good="400")) is Standing.UNPROVEN


def test_a_miss_stands_on_the_page_with_what_would_catch_it() -> None:
    text = page([BOOM], ["2.0.0"], trials(PASSED, PASSED))

    assert "0 of 1 regressions of 1 kinds are caught" in text
    assert f"- {BOOM.name}: a check that listens." in text
    assert "| 2.0.0 | passed |" in text


def test_a_healthy_release_that_is_failed_is_named() -> None:
    of_both = trials(failed("boom"), PASSED)
    of_both["2.0.0"].smoke[:] = [failed("headers")]

    assert "Failed: 2.0.0." in page([BOOM], ["2.0.0"], of_both)


def test_the_regressions_are_of_many_kinds_and_no_two_share_a_name() -> None:
    assert len({one.name for one in REGRESSIONS}) == len(REGRESSIONS)
    assert len(HEALTHY_RELEASES) >= 8


def test_each_good_release_is_tried_before_the_bad_ones_that_are_judged_beside_it() -> None:
    order = in_order()

    assert all(order.index(one.good) < order.index(one.bad) for one in REGRESSIONS)
