"""Real answers, spoilt part by part, are judged by every check; hypothesis chooses what is spoilt."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import mutate
from tests.fuzz.targets import TARGETS

EXAMPLES = {"checks": 20, "clients": 20, "events": 150, "words": 30}
"""How many of each kind: together some five seconds; `make fuzz` takes as long as one likes."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_answer_spoilt_makes_its_readers_raise(name: str) -> None:
    seeds = list(TARGETS[name].seeds())
    with TARGETS[name].open() as feed:

        @settings(max_examples=EXAMPLES[name], derandomize=True, database=None)
        @given(st.sampled_from(seeds), st.integers(0, 2**32))
        def read(seed: bytes, number: int) -> None:
            feed(mutate(Random(number), seed))

        read()
