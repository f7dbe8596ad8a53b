"""The schedule: when each request is due, to which model, in which window."""

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.load.traffic import RequestMix, Traffic
from litellm_observatory.core.wire.requests import chat

INTERVALS = st.sampled_from([0.02, 0.1, 0.3, 1 / 3, 0.7, 1.0, 1.1, 7.0, 60.0, 61.3, 3600.0]) | st.floats(0.02, 3600)


@st.composite
def traffics(draw: st.DrawFn, most_models: int = 12) -> Traffic:
    models = tuple(f"m{i}" for i in range(draw(st.integers(1, most_models))))
    interval = draw(INTERVALS)
    duration = interval * draw(st.integers(1, 3000) | st.floats(0.01, 3000))
    return Traffic(models, duration, interval)


@given(traffics())
def test_every_request_is_in_exactly_one_window_which_contains_its_due_instant(traffic: Traffic) -> None:
    assert [i for window in traffic.windows for i in window.requests] == list(range(traffic.count))
    for window in traffic.windows:
        assert len(window.requests) > 0
        rounding = 1e-8 * max(1.0, window.end)
        assert window.start - rounding <= traffic.due(window.requests[0])
        assert traffic.due(window.requests[-1]) < window.end


@given(traffics())
def test_windows_follow_one_another(traffic: Traffic) -> None:
    windows = traffic.windows
    assert windows[0].start == 0
    assert [window.index for window in windows] == list(range(len(windows)))
    for before, after in pairwise(windows):
        assert before.end == after.start


@given(traffics())
def test_requests_are_due_one_interval_apart_and_within_the_duration(traffic: Traffic) -> None:
    last = traffic.count - 1
    assert traffic.due(0) == 0
    assert last == 0 or traffic.due(last) < traffic.duration_seconds
    assert traffic.due(traffic.count) >= traffic.duration_seconds * (1 - 1e-9)
    assert traffic.due(last) == pytest.approx(last * traffic.interval_seconds)


@given(traffics())
def test_no_model_is_used_before_its_first_use(traffic: Traffic) -> None:
    assert traffic.first_uses[0] == 0
    assert list(traffic.first_uses) == sorted(traffic.first_uses)
    assert traffic.first_uses[-1] <= traffic.duration_seconds / 9 + 1e-6
    for index in range(min(traffic.count, 2000)):
        assert traffic.first_uses[traffic.model(index)] <= traffic.due(index) + 1e-8


@given(traffics())
def test_once_all_models_are_in_use_they_take_turns(traffic: Traffic) -> None:
    models = len(traffic.models)
    settled = next((i for i in range(traffic.count) if traffic.due(i) >= traffic.first_uses[-1]), traffic.count)
    for start in range(settled, min(traffic.count, settled + 50) - models + 1):
        assert {traffic.model(start + turn) for turn in range(models)} == set(range(models))


@given(traffics(most_models=30))
def test_the_requests_counted_to_each_model_are_those_that_are_due_to_it(traffic: Traffic) -> None:
    due = Counter(traffic.model(index) for index in range(traffic.count))
    assert list(traffic.counts) == [due[position] for position in range(len(traffic.models))]


@given(traffics(most_models=30))
def test_the_models_said_to_be_unused_are_those_that_nothing_is_sent_to(traffic: Traffic) -> None:
    used = {traffic.model(index) for index in range(traffic.count)}
    assert traffic.unused_models == tuple(name for i, name in enumerate(traffic.models) if i not in used)


def test_the_three_hour_soak_is_180_windows_of_60_requests() -> None:
    traffic = Traffic(("a", "b"), 3 * 3600, 1.0)
    assert (traffic.count, len(traffic.windows)) == (10_800, 180)
    assert {len(window.requests) for window in traffic.windows} == {60}
    assert traffic.first_uses == (0, 300)


def test_many_models_are_all_in_use_after_a_ninth_of_the_run() -> None:
    assert Traffic(tuple("abcde"), 3 * 3600, 1.0).first_uses == (0, 300, 600, 900, 1200)
    assert Traffic(tuple("abcdefghi"), 3 * 3600, 1.0).first_uses == tuple(150 * i for i in range(9))


@pytest.mark.parametrize(
    ("duration", "interval", "count"),
    [
        (0.3, 0.1, 3),
        (0.7, 0.1, 7),
        (0.9, 0.3, 3),
        (1.0, 1 / 3, 3),
        (100.0, 0.1, 1000),
        (3600.0, 0.1, 36_000),
        (3600.0, 1 / 3, 10_800),
        (168 * 3600.0, 0.02, 30_240_000),
        (30 * 86_400.0, 0.1, 25_920_000),
        (1.05, 0.1, 11),
        (0.05, 0.1, 1),
        (1e-9, 1.0, 1),
        (1.8, 1.0, 2),
    ],
)
def test_fractions_that_floats_cannot_hold_add_no_request_and_lose_none(
    duration: float, interval: float, count: int
) -> None:
    assert Traffic(("a",), duration, interval).count == count


@pytest.mark.parametrize("interval", [0.1, 0.3, 1 / 3, 0.07])
def test_a_long_schedule_does_not_drift(interval: float) -> None:
    traffic = Traffic(("a",), 168 * 3600.0, interval)
    last = traffic.count - 1
    assert traffic.due(last) == pytest.approx(168 * 3600 - interval, abs=1e-6)
    assert sum(len(window.requests) for window in traffic.windows) == traffic.count
    assert len(traffic.windows) == 168 * 60


@pytest.mark.parametrize(
    ("duration", "interval", "length"),
    [(10.0, 1.0, 1.0), (60.0, 1.0, 2.0), (900.0, 1.0, 30.0), (1800.0, 1.0, 60.0), (86_400.0, 1.0, 60.0)],
)
def test_a_short_run_has_short_windows(duration: float, interval: float, length: float) -> None:
    traffic = Traffic(("a",), duration, interval)
    assert traffic.window_seconds == length
    assert traffic.windows[0].end == length


def test_a_window_is_never_shorter_than_the_interval() -> None:
    traffic = Traffic(("a",), 3600.0, 120.0)
    assert [len(window.requests) for window in traffic.windows] == [1] * 30
    assert math.isclose(traffic.windows[-1].end, 3600)


def test_each_models_turns_follow_one_another() -> None:
    traffic = Traffic(("a", "b", "c"), 600.0, 1.0)
    for model in range(3):
        turns = [traffic.turn(index) for index in range(traffic.count) if traffic.model(index) == model]
        settled = turns[-100:]  # all models are in use by then
        assert settled == list(range(settled[0], settled[0] + 100))


@given(st.integers(1, 7), st.sampled_from([0.5, 1.0, 5.0, 7.3, 30.0]))
def test_the_last_request_before_each_hour_of_a_models_use_is_known(count: int, interval: float) -> None:
    traffic = Traffic(tuple("abcdefg"[:count]), 3 * 3600.0, interval)
    for model in range(count):
        due = [traffic.due(index) for index in range(traffic.count) if traffic.model(index) == model]
        marks = [due[0] + hour * 3600 for hour in (1, 2)]
        last = [max(instant for instant in due if instant < mark - 1e-6) for mark in marks]
        told = [
            traffic.due(index)
            for index in range(traffic.count)
            if traffic.model(index) == model and traffic.ends_an_hour(index)
        ]
        assert told[:2] == pytest.approx(last)


def test_a_long_request_is_in_flight_at_each_hour_whosever_turn_it_is() -> None:
    traffic = Traffic(("a",), 2.5 * 3600.0, 60.0)
    mix = RequestMix(((chat("a"), chat("a", stream=True)),))
    assert [mix.request(traffic, index).is_streamed for index in (58, 59, 60, 118, 119, 120)] == [
        *(False, True, False),
        *(False, True, False),
    ]


def test_a_mix_sends_a_models_requests_in_turn() -> None:
    traffic = Traffic(("a", "b"), 900.0, 1.0)
    mix = RequestMix(tuple((chat(model), chat(model, stream=True)) for model in traffic.models))
    sent = [mix.request(traffic, index) for index in range(400, 900)]
    for model in traffic.models:
        streamed = [request.is_streamed for request in sent if request.model == model]
        assert len(streamed) == 250
        assert all(one is not other for one, other in pairwise(streamed))
