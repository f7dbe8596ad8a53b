"""What is kept of a request, all attempts in it."""

import pytest

from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.samples import Attempt, Sample
from tests.core.examples import server_error

FAILED = Attempt(2.0, server_error())
PASSED = Attempt(0.5)


def sample(*attempts: Attempt) -> Sample:
    return Sample(0, "gpt-a", "gpt-a", due=10.0, lateness=0.25, attempts=attempts)


def test_a_user_waits_from_the_due_instant_through_all_attempts() -> None:
    assert sample(FAILED, PASSED).service_seconds == 2.5
    assert sample(FAILED, PASSED).latency_seconds == 2.75


@pytest.mark.parametrize(
    ("attempts", "failed", "rescued"),
    [
        ((PASSED,), False, False),
        ((FAILED,), True, False),
        ((FAILED, PASSED), False, True),
        ((FAILED, FAILED), True, False),
        ((Attempt(0.5, retries=2),), False, True),
        ((Attempt(0.5, fallbacks=1),), False, True),
        ((Attempt(0.5, server_error(), retries=2),), True, False),
    ],
)
def test_a_pass_that_took_more_than_one_try_is_a_rescue(
    attempts: tuple[Attempt, ...], failed: bool, rescued: bool
) -> None:
    assert (sample(*attempts).failure is not None) is failed
    assert sample(*attempts).was_rescued is rescued


def test_what_proves_nothing_is_neither_a_failure_nor_a_pass() -> None:
    cut = sample(Attempt(0.5, Failure(FailureKind.TRUNCATED, "the bound on tokens was spent on reasoning")))
    assert cut.failure is None
    assert (cut.unproven, cut.skipped) == (FailureKind.TRUNCATED, None)
    assert not cut.was_rescued
