"""How sure a failure rate is; the numbers of the project's verdict rules, computed anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from litellm_observatory.core.judging.intervals import Rate, advice, least_requests

LIMIT = 0.01


@pytest.mark.parametrize(
    ("requests", "passed_up_to", "failed_from"), [(300, 0, 7), (1000, 4, 16), (3600, 25, 47), (10_800, 90, 126)]
)
def test_the_bounds_cross_the_limit_where_the_rules_say(requests: int, passed_up_to: int, failed_from: int) -> None:
    assert Rate(passed_up_to, requests).high < LIMIT <= Rate(passed_up_to + 1, requests).high
    assert Rate(failed_from - 1, requests).low <= LIMIT < Rate(failed_from, requests).low


@pytest.mark.parametrize(("limit", "least"), [(0.01, 299), (0.05, 59), (0.5, 5), (0.001, 2995)])
def test_the_least_number_of_requests_is_just_enough(limit: float, least: int) -> None:
    assert least_requests(limit) == least
    assert Rate(0, least).high < limit <= Rate(0, least - 1).high


@given(st.floats(1e-6, 1 - 1e-6))
def test_the_least_number_of_requests_is_just_enough_for_any_limit(limit: float) -> None:
    least = least_requests(limit)
    assert Rate(0, least).high < limit * (1 + 1e-9)
    assert least == 1 or Rate(0, least - 1).high >= limit * (1 - 1e-9)


@given(st.integers(1, 20_000), st.data())
def test_the_bounds_enclose_what_was_seen_and_widen_with_uncertainty(requests: int, data: st.DataObject) -> None:
    rate = Rate(data.draw(st.integers(0, requests)), requests)
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    if rate.failures < requests:
        worse = Rate(rate.failures + 1, requests)
        assert rate.low <= worse.low
        assert rate.high <= worse.high


@pytest.mark.parametrize(
    ("rate", "bounds"), [(Rate(0, 0), (0, 0.0, 1.0)), (Rate(0, 1), (0, 0.0, 0.95)), (Rate(1, 1), (1, 0.05, 1.0))]
)
def test_the_fewest_requests_have_bounds(rate: Rate, bounds: tuple[float, float, float]) -> None:
    assert (rate.value, rate.low, rate.high) == pytest.approx(bounds)


@pytest.mark.parametrize("requests", [1000, 3600, 10_800])
def test_a_gateway_right_at_the_limit_passes_at_most_once_in_twenty_and_fails_no_more_often(requests: int) -> None:
    passes = [k for k in range(requests) if Rate(k, requests).high < LIMIT]
    fails = [k for k in range(300) if Rate(k, requests).low > LIMIT]
    assert 0.02 < binom.cdf(max(passes), requests, LIMIT) <= 0.05
    assert 0.02 < binom.sf(min(fails) - 1, requests, LIMIT) <= 0.05


def test_the_naive_rule_would_let_half_of_such_gateways_pass() -> None:
    naive = binom.cdf(107, 10_800, LIMIT)  # k/n < 1 % for k up to 107 of 10,800
    assert naive == pytest.approx(0.487, abs=0.0005)


@pytest.mark.parametrize(
    ("rate", "limit", "said"),
    [
        (
            Rate(0, 60),
            0.01,
            "for 1 %: 900 requests (0.2 s apart for 3 min), or a limit of 5 % (59 requests)",
        ),
        (Rate(0, 1), 0.01, "for 1 %: 900 requests (0.2 s apart for 3 min)"),
        (Rate(0, 5), 0.01, "for 1 %: 900 requests (0.2 s apart for 3 min), or a limit of 50 % (5 requests)"),
        (Rate(3, 60), 0.05, "or a limit of 20 %"),
        (Rate(107, 10_800), 0.01, "too near 1 % to tell by a fair number of requests, or a limit of 2 %"),
        (Rate(5, 1000), 0.01, "for 1 %: 1,500 requests (0.2 s apart for 5 min), or a limit of 2 %"),
        (Rate(0, 10), 0.5, "for 50 %: 100 requests (0.2 s apart for 20 s)"),
    ],
)
def test_what_to_do_about_too_little_evidence(rate: Rate, limit: float, said: str) -> None:
    assert said in advice(rate, limit)


@given(st.integers(0, 11_000), st.sampled_from([0.001, 0.01, 0.02, 0.3, 0.9]), st.data())
def test_no_advice_is_to_send_fewer_requests_than_were_too_few(
    requests: int, limit: float, data: st.DataObject
) -> None:
    rate = Rate(data.draw(st.integers(0, requests)), requests)
    if rate.low <= limit <= rate.high and " requests (" in (said := advice(rate, limit).partition(", or")[0]):
        assert int(said.split()[3].replace(",", "")) > requests
