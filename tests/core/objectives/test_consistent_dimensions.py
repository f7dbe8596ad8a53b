"""One length of all vectors of a model."""

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.objectives.per_model import ConsistentDimensions
from tests.core.examples import sample, server_error


def test_each_model_may_have_a_length_of_its_own() -> None:
    tally = Tally.of(("a", "b"), [sample(i, model="ab"[i % 2], reading=[1536.0, 768.0][i % 2]) for i in range(6)])
    assert ConsistentDimensions().judge(tally).status is Status.MET


def test_a_single_other_length_breaks_it_and_failures_have_none() -> None:
    samples = [sample(0, reading=1536.0), sample(1, server_error()), sample(2, reading=768.0)]
    finding = ConsistentDimensions().judge(Tally.of(("gpt-a",), samples))
    assert (finding.status, finding.sentence) == (
        Status.VIOLATED,
        "gpt-a answered with vectors of 768 and 1536 numbers",
    )
