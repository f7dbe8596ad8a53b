"""What a gateway says of itself, spoilt: preflight finds targets, or refuses in one sentence; the client reads on."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import mutate
from tests.fuzz.targets import TARGETS

EXAMPLES = {"discovery": 100, "wire": 60}


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_that_a_gateway_says_raises(name: str) -> None:
    seeds = list(TARGETS[name].seeds())
    with TARGETS[name].open() as feed:
        for seed in seeds:
            feed(seed)

        @settings(max_examples=EXAMPLES[name], derandomize=True, database=None)
        @given(st.sampled_from(seeds), st.integers(0, 2**32))
        def read(seed: bytes, number: int) -> None:
            feed(mutate(Random(number), seed))

        read()
