"""Tallies: what they count, and that no grouping or order of merging changes it."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.judging.fingerprints import (
    MOST_EXEMPLARS,
    MOST_MESSAGES,
    OTHER,
    Exemplar,
    Fingerprint,
    Occurrences,
)
from litellm_observatory.core.judging.stored_tally import from_data, to_data
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.samples import Attempt, Sample
from tests.core.examples import sample, server_error

MODELS = ("gpt-a", "gpt-b")
NO = Failure(FailureKind.BAD_REQUEST, "400: no")
STALE = Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed")

ATTEMPTS = st.builds(
    Attempt,
    seconds=st.floats(0, 60),
    failure=st.none()
    | st.builds(Failure, st.sampled_from(FailureKind), st.sampled_from(["a", "took 1 s", "took 2 s"])),
    overhead_ms=st.none() | st.floats(0, 100),
    retries=st.integers(0, 2),
    cost=st.none() | st.floats(0, 1),
    version=st.sampled_from([None, "1", "2"]),
    request_id=st.sampled_from(["a", "b"]),
    call_id=st.sampled_from([None, "1", "2"]),
)


@st.composite
def sample_lists(draw: st.DrawFn) -> list[Sample]:
    return [
        Sample(
            index,
            "a case",
            draw(st.sampled_from(MODELS)),
            due=index // 3 * 0.1,  # several at once: their order is theirs by their ids
            lateness=draw(st.floats(0, 1)),
            attempts=tuple(draw(st.lists(ATTEMPTS, min_size=1, max_size=3))),
        )
        for index in range(draw(st.integers(0, 12)))
    ]


def comparable(tally: Tally) -> Any:
    lags = tally.lags.tobytes()
    return (tally.models, tally.rows.tobytes(), dict(tally.fingerprints), tally.versions, lags)


def tally_of(samples: list[Sample]) -> Tally:
    return Tally.of(MODELS, samples, lags=[sample.lateness for sample in samples])


@given(sample_lists(), st.data())
def test_tallies_merge_in_any_order_and_grouping_to_the_same(samples: list[Sample], data: st.DataObject) -> None:
    whole = comparable(tally_of(samples))
    shuffled = data.draw(st.permutations(samples))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(samples)), max_size=4)))
    groups = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(samples)], strict=True)]
    parts = [tally_of(group) for group in groups]
    assert comparable(Tally.merge(MODELS, parts)) == whole
    left = right = Tally.of(MODELS)
    for part in parts:
        left, right = Tally.merge(MODELS, (left, part)), Tally.merge(MODELS, (part, right))
    assert comparable(left) == comparable(right) == whole


@given(sample_lists())
def test_a_stored_tally_is_read_back_the_same(samples: list[Sample]) -> None:
    tally = Tally.of(MODELS, samples)
    assert comparable(from_data(json.loads(json.dumps(to_data(tally))))) == comparable(tally)


@given(sample_lists())
def test_the_parts_of_the_models_are_the_whole(samples: list[Sample]) -> None:
    tally = Tally.of(MODELS, samples)
    parts = [tally.of_model(model) for model in MODELS]
    assert sum(part.requests for part in parts) == tally.requests == len(tally.judged)
    assert sum(part.failures for part in parts) == tally.failures
    assert comparable(Tally.merge(MODELS, parts)) == comparable(tally)
    assert sum(seen.times for seen in tally.fingerprints.values()) == sum(tally.kinds().values())


def seen(*dues: float) -> Occurrences:
    """What is counted of requests that failed alike, and told no ids, due at these instants."""
    return Occurrences(len(dues), dues[0], dues[-1], tuple(Exemplar(due, "") for due in dues[:MOST_EXEMPLARS]))


def test_nothing_is_a_tally_too() -> None:
    empty = Tally.of(MODELS)
    assert (empty.sent, empty.requests, empty.failures, empty.rescued, empty.cost) == (0, 0, 0, 0, None)
    assert empty.kinds() == {}
    assert comparable(Tally.merge(MODELS, [])) == comparable(empty)


def test_what_is_counted() -> None:
    tally = Tally.of(
        MODELS,
        [
            sample(0),
            sample(1, server_error(), version="1"),
            sample(2, STALE, model="gpt-b"),
            sample(3, retries=1, version="2", cost=0.25),
            sample(4, Failure(FailureKind.TIMEOUT, "no answer"), cost=0.5),
            sample(5, Failure(FailureKind.TIMEOUT, "no answer")),
        ],
    )
    assert (tally.sent, tally.requests, tally.failures, tally.rescued, tally.cost) == (6, 5, 3, 1, 0.75)
    assert list(tally.kinds().items()) == [
        (FailureKind.TIMEOUT, 2),
        (FailureKind.SERVER_ERROR, 1),
        (FailureKind.STALE_CONNECTION, 1),
    ]
    assert tally.versions == {"1": 1.0, "2": 3.0}
    assert tally.fingerprints == {
        Fingerprint("gpt-a", FailureKind.SERVER_ERROR, "500: the server had an error"): seen(1.0),
        Fingerprint("gpt-b", FailureKind.STALE_CONNECTION, STALE.message): seen(2.0),
        Fingerprint("gpt-a", FailureKind.TIMEOUT, "no answer"): seen(4.0, 5.0),
    }


def test_of_failures_that_are_alike_the_first_three_are_kept_by_their_ids() -> None:
    samples = [
        sample(i, NO, request_id=f"run-{i}", call_id=f"call-{i}" if i % 2 else None, model_id="m") for i in range(9)
    ]
    whole = Tally.of(MODELS, samples)
    [seen] = whole.fingerprints.values()
    assert seen.exemplars == (
        Exemplar(0.0, "run-0", "", "m"),
        Exemplar(1.0, "run-1", "call-1", "m"),
        Exemplar(2.0, "run-2", "", "m"),
    )
    assert len(seen.exemplars) == MOST_EXEMPLARS
    late_first = Tally.merge(MODELS, (Tally.of(MODELS, samples[5:]), Tally.of(MODELS, samples[:5])))
    assert late_first.fingerprints == whole.fingerprints


def test_a_row_keeps_latency_from_the_due_instant_beside_the_time_on_the_wire() -> None:
    row = Tally.of(MODELS, [sample(7, due=3.5, lateness=0.25, seconds=1.0, model="gpt-b")]).rows[0]
    assert [row[name] for name in ("index", "model", "due", "lateness", "latency", "service")] == [
        7,
        1,
        3.5,
        0.25,
        1.25,
        1.0,
    ]
    assert np.isnan(row["overhead_ms"])


def test_messages_that_are_all_different_do_not_pile_up() -> None:
    words = [f"reason {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(200)]
    tally = Tally.of(MODELS, [sample(i, server_error(word)) for i, word in enumerate(words)])
    assert len(tally.fingerprints) == MOST_MESSAGES + 1
    other = tally.fingerprints[Fingerprint("gpt-a", FailureKind.SERVER_ERROR, OTHER)]
    assert other == seen(*map(float, range(50, 200)))


def test_a_model_that_is_not_of_the_run_is_no_silent_zero() -> None:
    with pytest.raises(ValueError, match="not in"):
        Tally.of(MODELS, [sample(0, model="gpt-z")])
