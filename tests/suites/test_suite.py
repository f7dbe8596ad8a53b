"""The suites that exist, and how a suite of cases is judged."""

import pytest

from suites.discovery import Facts
from suites.judging.verdict import Standing
from suites.oai_azure_release import oai_azure_release
from suites.single_request import single_request
from suites.suite import Cases
from suites.wire.failures import Failure, FailureKind
from suites.wire.samples import Attempt, Sample
from tests.suites.examples import server_error

CASES = Cases("cases", lambda models, facts: [])
PASSED = Attempt(0.5)
FAILED = Attempt(0.5, server_error())


def case(name: str, *attempts: Attempt) -> Sample:
    return Sample(0, name, name, 0.0, 0.0, attempts)


@pytest.mark.parametrize(
    ("samples", "standing", "sentence"),
    [
        ([case("a", PASSED), case("b", PASSED)], Standing.HOLDS, "2 of 2 requests passed"),
        (
            [case("a", FAILED, PASSED), case("b", Attempt(0.5, retries=1)), case("c", PASSED)],
            Standing.HOLDS,
            "3 of 3 requests passed; rescued by a retry or fallback: a, b",
        ),
        (
            [case("a", PASSED), case("b", FAILED, FAILED)],
            Standing.BROKEN,
            "1 of 2 requests passed; failed: b (server_error: 500: the server had an error)",
        ),
        (
            [
                case("a", FAILED, PASSED),
                case("b", FAILED),
                case("c", Attempt(9, Failure(FailureKind.EMPTY, "empty"))),
            ],
            Standing.BROKEN,
            "1 of 3 requests passed; failed: b (server_error: 500: the server had an error); c (empty: empty); "
            "rescued by a retry or fallback: a",
        ),
    ],
)
def test_every_case_must_pass_and_a_rescue_is_told(samples: list[Sample], standing: Standing, sentence: str) -> None:
    finding = CASES.judge(samples)
    assert (finding.standing, finding.sentence, finding.blocking) == (standing, sentence, True)


def test_a_single_request_asks_every_model_once() -> None:
    requests = single_request(max_tokens=5, stream=True).requests(["a", "b"], Facts(None, {}))
    assert [request.model for request in requests] == ["a", "b"]
    assert all(request.is_streamed and request.body["max_tokens"] == 5 for request in requests)
    assert all(request.body["num_retries"] == 0 for request in requests)


def test_the_release_soak_is_three_hours_at_one_a_second_and_one_percent() -> None:
    soak = oai_azure_release()
    assert (soak.name, soak.duration_seconds, soak.interval_seconds) == ("oai-azure-release", 10_800, 1)
    assert soak.failure_rate.limit == 0.01
    assert soak.requests("a")[0].body["disable_fallbacks"] is True


def test_what_a_run_asks_for_reaches_the_soak() -> None:
    soak = oai_azure_release(
        duration_hours=0.5,
        max_failure_rate=0.02,
        request_interval_seconds=0.1,
        max_tokens=7,
        stream=True,
        gateway_retries=True,
    )
    assert soak.traffic(("a",)).count == 18_000
    assert soak.failure_rate.limit == 0.02
    assert soak.requests("a")[0].is_streamed
    assert soak.requests("a")[0].body["max_tokens"] == 7
    assert "num_retries" not in soak.requests("a")[0].body
