"""What follows from findings and doubts."""

import itertools

import pytest

from litellm_observatory.core.judging.verdict import Finding, Status, Verdict, conclude, doubt

HOLDS = Finding("rate", Status.MET, "2 of 1,000 failed")
BROKEN = Finding("rate", Status.VIOLATED, "half of all failed")
UNDECIDED = Finding("rate", Status.UNDECIDED, "60 sent")
BURST = Finding("burst", Status.VIOLATED, "20 of 20 failed at 1:00:00")
ADVISORY = Finding("latency", Status.VIOLATED, "slower", blocking=False)
DOUBT = doubt("our client sent late")


@pytest.mark.parametrize(
    ("main", "others", "doubts", "verdict", "reason"),
    [
        (HOLDS, (), (), Verdict.PASSED, "2 of 1,000 failed"),
        (UNDECIDED, (), (), Verdict.INCONCLUSIVE, "60 sent"),
        (BROKEN, (), (), Verdict.FAILED, "half of all failed"),
        (HOLDS, (BURST,), (), Verdict.FAILED, "20 of 20 failed at 1:00:00"),
        (BROKEN, (BURST,), (), Verdict.FAILED, "half of all failed; 20 of 20 failed at 1:00:00"),
        (HOLDS, (), (DOUBT,), Verdict.INVALID, "our client sent late"),
        (UNDECIDED, (), (DOUBT, doubt("lost")), Verdict.INVALID, "our client sent late; lost"),
        (BROKEN, (), (DOUBT,), Verdict.FAILED, "half of all failed; noted: our client sent late"),
        (HOLDS, (ADVISORY,), (), Verdict.PASSED, "2 of 1,000 failed; noted: slower"),
        (HOLDS, (ADVISORY,), (DOUBT,), Verdict.INVALID, "our client sent late; noted: slower"),
        (HOLDS, (UNDECIDED,), (), Verdict.PASSED, "2 of 1,000 failed"),
        (UNDECIDED, (HOLDS,), (), Verdict.INCONCLUSIVE, "60 sent"),
    ],
)
def test_a_proven_failure_outranks_doubts_and_doubts_outrank_a_pass(
    main: Finding, others: tuple[Finding, ...], doubts: tuple[Finding, ...], verdict: Verdict, reason: str
) -> None:
    assert conclude(main, *others, doubts=doubts) == (verdict, reason)


def test_an_advisory_finding_changes_no_verdict() -> None:
    for main, doubts in itertools.product((HOLDS, BROKEN, UNDECIDED), ((), (DOUBT,))):
        assert conclude(main, ADVISORY, doubts=doubts)[0] == conclude(main, doubts=doubts)[0]


def test_a_required_finding_withholds_a_pass_and_is_always_told() -> None:
    main = Finding("main", Status.MET, "all is well")
    undecided = Finding("memory", Status.UNDECIDED, "too early to tell", required=True)
    held = Finding("memory", Status.MET, "memory is steady", required=True)
    assert conclude(main, undecided) == (Verdict.INCONCLUSIVE, "all is well; too early to tell")
    assert conclude(main, held) == (Verdict.PASSED, "all is well; memory is steady")
    assert conclude(main, Finding("other", Status.UNDECIDED, "too few")) == (Verdict.PASSED, "all is well")
