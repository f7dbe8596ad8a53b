"""What requests lost on stale connections mean to bursts and to each model."""

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status, Verdict, conclude
from litellm_observatory.core.wire.failures import Failure, FailureKind
from suites.oai_azure_release import oai_azure_release
from tests.core.examples import sample, server_error

STALE = Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed just as it was reused")
BROKEN = server_error("500: the server had an error")
SOAK = oai_azure_release(max_failure_rate=0.05)
MODELS = tuple(f"gpt-{position}" for position in range(10))


def verdict_of(failures: dict[int, Failure]) -> tuple[Verdict, str]:
    samples = [sample(i, failures.get(i), model=MODELS[i % len(MODELS)]) for i in range(10_800)]
    return conclude(*SOAK.judge(Tally.of(MODELS, samples), None))


def in_a_row(failure: Failure) -> dict[int, Failure]:
    return dict.fromkeys(range(5000, 5040), failure)


def of_one_model(failure: Failure) -> dict[int, Failure]:
    return dict.fromkeys(range(3, 10_800, 100), failure)


def test_a_burst_of_them_fails_no_run_and_passes_none() -> None:
    assert verdict_of(in_a_row(BROKEN))[0] is Verdict.FAILED
    verdict, sentence = verdict_of(in_a_row(STALE))
    assert verdict is Verdict.INCONCLUSIVE
    assert "all models failed 40 of 40 requests" in sentence
    assert sentence.endswith("counting requests lost on connections that were closed as they were reused")


def test_a_model_that_loses_many_so_fails_no_run_and_passes_none() -> None:
    assert verdict_of(of_one_model(BROKEN))[0] is Verdict.FAILED
    verdict, sentence = verdict_of(of_one_model(STALE))
    assert verdict is Verdict.INCONCLUSIVE
    assert "gpt-3 failed 108 of 1,080 requests" in sentence


def test_a_failure_that_is_proven_without_them_stays_one() -> None:
    assert verdict_of({**in_a_row(BROKEN), **of_one_model(STALE)})[0] is Verdict.FAILED


def test_a_few_of_them_pass() -> None:
    samples = [sample(i, STALE if i == 9 else None, model=MODELS[0]) for i in range(900)]
    findings = SOAK.judge(Tally.of(MODELS[:1], samples), None)
    assert findings[0].status is Status.MET
    assert conclude(*findings)[0] is Verdict.PASSED
