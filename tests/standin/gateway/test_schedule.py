"""Which requests a fault meets: by ordinal, share, model and time."""

from random import Random

import pytest

from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind, choose, faults_from_json, faults_to_json
from tests.standin.gateway.conftest import Ask


def test_ordinals_bound_a_burst(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.STATUS, first=2, count=3)])
    assert [ask().status_code for _ in range(7)] == [200, 200, 500, 500, 500, 200, 200]


def test_a_share_of_requests_fails_the_same_ones_in_every_run(gateway: Gateway, ask: Ask) -> None:
    def statuses() -> list[int]:
        gateway.arm([Fault(FaultKind.STATUS, rate=0.5)])
        return [ask().status_code for _ in range(40)]

    once = statuses()
    assert set(once) == {200, 500}
    assert once == statuses()


def test_the_share_is_the_rate_in_the_long_run() -> None:
    faults, random = [Fault(FaultKind.STATUS, rate=0.25)], Random(0)
    met = sum(choose(faults, "gpt-a", ordinal, 0, random) is not None for ordinal in range(10_000))
    assert met == pytest.approx(2500, abs=4 * 43)  # four standard deviations of a fair draw


def test_the_first_fault_that_meets_a_request_wins(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.STATUS, models=("gpt-b",), status=429), Fault(FaultKind.STATUS)])
    assert (ask("gpt-a").status_code, ask("gpt-b").status_code) == (500, 429)


def test_time_counts_from_the_arming(gateway: Gateway, ask: Ask) -> None:
    gateway.arm([Fault(FaultKind.STATUS, start=3600)])
    assert ask().status_code == 200
    gateway.arm([Fault(FaultKind.STATUS, start=0, end=3600)])
    assert ask().status_code == 500


def test_a_fault_meets_a_request_from_its_start_until_before_its_end() -> None:
    fault = Fault(FaultKind.STATUS, start=10, end=20)
    met = [elapsed for elapsed in (9.9, 10, 19.9, 20) if fault.meets("gpt-a", 0, elapsed)]
    assert met == [10, 19.9]


def test_faults_survive_the_way_to_another_process() -> None:
    faults = (Fault(FaultKind.HANG, models=("a", "b"), start=1.5), Fault(FaultKind.STATUS, first=3, count=2))
    assert faults_from_json(faults_to_json(faults)) == faults
