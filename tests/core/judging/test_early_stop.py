"""The early stop: triggered when a failure is certain, and never for anything else."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from litellm_observatory.core.judging.early_stop import EarlyStop, failures_that_decide
from litellm_observatory.core.judging.intervals import Rate
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.failures import Failure, FailureKind
from tests.core.examples import sample

OURS = Failure(FailureKind.SERVER_ERROR, "500: no")
PROVIDERS = Failure(FailureKind.SERVER_ERROR, "500: litellm.InternalServerError: OpenAIException - overloaded")


async def fed(early_stop: EarlyStop, *failed: bool, by: Failure = OURS) -> EarlyStop:
    for one in failed:
        early_stop.observe(by if one else None)
    return early_stop


def reason(early_stop: EarlyStop) -> str:
    return early_stop.stop.reason if early_stop.stop else ""


def test_126_failures_decide_three_hours_at_one_percent() -> None:
    assert failures_that_decide(10_800, 0.01) == 126


async def test_sixty_failures_in_a_row_are_enough_and_fifty_nine_are_not() -> None:
    early_stop = await fed(EarlyStop(10_800, 0.01), *[True] * 59)
    assert early_stop.stop is None
    assert reason(await fed(early_stop, True)) == "60 requests in a row failed"


async def test_a_success_between_starts_the_row_anew() -> None:
    assert (await fed(EarlyStop(10_800, 0.01), *[True] * 59, False, *[True] * 59)).stop is None


async def test_a_row_of_a_providers_failures_late_in_a_good_run_pulls_nothing() -> None:
    early_stop = await fed(EarlyStop(10_800, 0.01), *[False] * 9000, *[True] * 60, by=PROVIDERS)
    assert early_stop.stop is None
    assert (await fed(EarlyStop(10_800, 0.01), *[False] * 9000, *[True] * 60)).stop is not None


async def test_a_provider_that_never_answers_ends_the_run_after_sixty() -> None:
    assert reason(await fed(EarlyStop(10_800, 0.01), *[True] * 60, by=PROVIDERS)) == "60 requests in a row failed"


async def test_a_failure_certain_by_count_pulls_it_at_that_very_request() -> None:
    early_stop = await fed(EarlyStop(10_800, 0.01), *[True, False] * 125)
    assert early_stop.stop is None
    assert "126 failures decide it" in reason(await fed(early_stop, True))


async def test_one_that_is_not_armed_is_never_pulled() -> None:
    assert (await fed(EarlyStop(300, 0.01, enabled=False), *[True] * 300)).stop is None


@given(st.lists(st.booleans(), max_size=300))
async def test_whenever_it_is_pulled_the_run_fails_whatever_follows(failed: list[bool]) -> None:
    planned = 300
    early_stop = EarlyStop(planned, 0.01)
    for seen, one in enumerate(failed, 1):
        early_stop.observe(OURS if one else None)
        if early_stop.triggered.is_set():
            failures = sum(failed[:seen])
            assert Rate(failures, seen).low > 0.01
            assert Rate(failures, planned).low > 0.01
            return


async def test_it_holds_until_the_instant_unless_it_is_pulled_before() -> None:
    loop = asyncio.get_running_loop()
    early_stop = EarlyStop(10_800, 0.01)
    assert await early_stop.wait_until(loop.time() + 0.01)
    waiting = asyncio.create_task(early_stop.wait_until(loop.time() + 3600))
    await asyncio.sleep(0)
    await fed(early_stop, *[True] * 60)
    assert await waiting is False
    assert await early_stop.wait_until(0.0) is False


def seen(*failed: bool) -> Tally:
    """The tally of a window of which these requests failed."""
    return Tally.of(("gpt-a",), [sample(i, OURS if one else None) for i, one in enumerate(failed)])


async def test_a_row_of_failures_goes_on_over_an_interruption() -> None:
    early_stop = EarlyStop(10_800, 0.01)
    early_stop.replay(seen(False, *[True] * 59), 60.0)
    assert early_stop.stop is None
    early_stop.observe(OURS)
    assert early_stop.stop is not None
    assert early_stop.stop.reason == "60 requests in a row failed"


async def test_what_was_seen_before_the_run_was_taken_up_again_counts() -> None:
    early_stop = EarlyStop(10_800, 0.01)
    early_stop.replay(seen(*[True, False] * 125, *[False] * 350), 600.0)
    assert early_stop.stop is None
    early_stop.observe(OURS)
    assert early_stop.stop is not None
    assert early_stop.stop.reason.startswith("126 failures decide it")


async def test_what_is_seen_while_the_past_is_recalled_counts_after_it() -> None:
    """The row of failures that ends the run is one of 30 before the interruption and 30 after it."""
    early_stop = EarlyStop(10_800, 0.01)
    with early_stop.replaying():
        await fed(early_stop, *[True] * 30)
        early_stop.replay(seen(*[False] * 30), 60.0)
        early_stop.replay(seen(*[True] * 30), 120.0)
        assert early_stop.stop is None
    assert reason(early_stop) == "60 requests in a row failed"


async def test_a_failure_that_was_certain_before_ends_the_run_where_it_was_certain() -> None:
    early_stop = EarlyStop(10_800, 0.01)
    early_stop.replay(seen(*[True, False] * 130, *[False] * 340), 599.0)
    assert early_stop.stop is not None
    assert early_stop.stop.instant == 599.0


async def test_somebody_may_end_the_run_also_when_the_brake_is_not_armed_and_the_first_reason_stays() -> None:
    early_stop = EarlyStop(300, 0.01, enabled=False)
    early_stop.cancel("by hand")
    early_stop.cancel("again")
    assert early_stop.triggered.is_set()
    assert early_stop.stop is not None
    assert (early_stop.stop.reason, early_stop.stop.cancelled) == ("by hand", True)
