"""Raw and felt, side by side."""

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.objectives.shares import Rescued
from tests.core.examples import sample, server_error


def test_raw_and_felt_stand_side_by_side_for_each_model() -> None:
    samples = [
        *(sample(i, model="a", retries=1) for i in range(5)),
        *(sample(5 + i, model="a", fallbacks=1) for i in range(3)),
        *(sample(8 + i, server_error(), model="a") for i in range(2)),
        *(sample(10 + i, model="b") for i in range(10)),
    ]
    finding = Rescued().judge(Tally.of(("a", "b"), samples))
    assert (finding.status, finding.required) == (Status.MET, True)
    assert finding.sentence == ("a: raw 10 of 10 failed (100 %), felt 2 (20 %), rescued by retries 5, by fallbacks 3")


def test_failures_without_any_rescue_prove_no_rescue() -> None:
    finding = Rescued().judge(Tally.of(("a",), [sample(0, model="a"), sample(1, server_error(), model="a")]))
    assert finding.status is Status.UNDECIDED
    assert "rescued by retries 0, by fallbacks 0" in finding.sentence


def test_where_nothing_failed_nothing_is_known() -> None:
    finding = Rescued().judge(Tally.of(("a",), [sample(0, model="a")]))
    assert (finding.status, finding.required) == (Status.UNDECIDED, True)
