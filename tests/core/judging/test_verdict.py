"""What follows from findings, and from reasons why a run is invalid."""

import itertools

import pytest

from litellm_observatory.core.judging.verdict import Finding, Status, Verdict, conclude, invalid_reason

HOLDS = Finding("rate", Status.MET, "2 of 1,000 failed")
BROKEN = Finding("rate", Status.VIOLATED, "half of all failed")
UNDECIDED = Finding("rate", Status.UNDECIDED, "60 sent")
BURST = Finding("burst", Status.VIOLATED, "20 of 20 failed at 1:00:00")
ADVISORY = Finding("latency", Status.VIOLATED, "slower", blocking=False)
INVALID_REASON = invalid_reason("our client sent late")


@pytest.mark.parametrize(
    ("main", "others", "invalid_reasons", "verdict", "reason"),
    [
        (HOLDS, (), (), Verdict.PASSED, "2 of 1,000 failed"),
        (UNDECIDED, (), (), Verdict.INCONCLUSIVE, "60 sent"),
        (BROKEN, (), (), Verdict.FAILED, "half of all failed"),
        (HOLDS, (BURST,), (), Verdict.FAILED, "20 of 20 failed at 1:00:00"),
        (BROKEN, (BURST,), (), Verdict.FAILED, "half of all failed; 20 of 20 failed at 1:00:00"),
        (HOLDS, (), (INVALID_REASON,), Verdict.INVALID, "our client sent late"),
        (UNDECIDED, (), (INVALID_REASON, invalid_reason("lost")), Verdict.INVALID, "our client sent late; lost"),
        (BROKEN, (), (INVALID_REASON,), Verdict.FAILED, "half of all failed; noted: our client sent late"),
        (HOLDS, (ADVISORY,), (), Verdict.PASSED, "2 of 1,000 failed; noted: slower"),
        (HOLDS, (ADVISORY,), (INVALID_REASON,), Verdict.INVALID, "our client sent late; noted: slower"),
        (HOLDS, (UNDECIDED,), (), Verdict.PASSED, "2 of 1,000 failed"),
        (UNDECIDED, (HOLDS,), (), Verdict.INCONCLUSIVE, "60 sent"),
    ],
)
def test_a_proven_failure_outranks_an_invalid_run_and_that_outranks_a_pass(
    main: Finding, others: tuple[Finding, ...], invalid_reasons: tuple[Finding, ...], verdict: Verdict, reason: str
) -> None:
    assert conclude(main, *others, invalid_reasons=invalid_reasons) == (verdict, reason)


def test_an_advisory_finding_changes_no_verdict() -> None:
    for main, reasons in itertools.product((HOLDS, BROKEN, UNDECIDED), ((), (INVALID_REASON,))):
        assert conclude(main, ADVISORY, invalid_reasons=reasons)[0] == conclude(main, invalid_reasons=reasons)[0]


def test_a_required_finding_withholds_a_pass_and_is_always_told() -> None:
    main = Finding("main", Status.MET, "all is well")
    undecided = Finding("memory", Status.UNDECIDED, "too early to tell", required=True)
    held = Finding("memory", Status.MET, "memory is steady", required=True)
    assert conclude(main, undecided) == (Verdict.INCONCLUSIVE, "all is well; too early to tell")
    assert conclude(main, held) == (Verdict.PASSED, "all is well; memory is steady")
    assert conclude(main, Finding("other", Status.UNDECIDED, "too few")) == (Verdict.PASSED, "all is well")
