"""A model that never answers within our bound withholds a pass, and the remedy is said."""

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.objectives.per_model import EveryModelAnswered
from litellm_observatory.core.wire.failures import Failure, FailureKind
from tests.core.examples import sample

CUT = Failure(FailureKind.TRUNCATED, "the bound on tokens was spent on reasoning")


def judged(*thinker: Failure | None) -> tuple[Status, str]:
    samples = [sample(0), *(sample(1 + at, failure, model="thinker") for at, failure in enumerate(thinker))]
    finding = EveryModelAnswered().judge(Tally.of(("gpt-a", "thinker"), samples))
    return finding.status, finding.sentence


def test_a_model_that_never_answers_withholds_a_pass_with_the_remedy() -> None:
    assert judged(CUT, CUT) == (
        Status.UNDECIDED,
        "thinker spent the bound on tokens on reasoning: raise max_tokens",
    )


def test_one_answer_is_enough() -> None:
    assert judged(CUT, None) == (Status.MET, "each model answered")


def test_what_is_cut_or_refused_counts_neither_way() -> None:
    tally = Tally.of(("gpt-a",), [sample(0), sample(1, CUT), sample(2, Failure(FailureKind.REFUSAL, "no"))])
    assert (tally.sent, tally.requests, tally.failures, tally.stale) == (3, 1, 0, 0)
