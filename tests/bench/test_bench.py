"""The table of `make bench`, with few runs: every fault that can be detected always is, without false alarms."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_observatory.core.judging.origin import Origin
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.wire.failures import FailureKind
from tests.bench.__main__ import PAGE, promises_broken
from tests.bench.corpus import Message, corpus_tables, messages
from tests.bench.faults import FAULTS, Detected, Fault
from tests.bench.measure import FalseAlarms, measure, measure_false_alarms
from tests.bench.memory import LEAK, Watched, broken_promises, watch
from tests.bench.page import tables
from tests.bench.simulation import first, healthy, judged
from tests.docs.places import filled


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.certain], ids=lambda fault: fault.name)
def test_a_fault_is_detected(fault: Fault) -> None:
    assert measure(fault, 3).ours == 1.0


@pytest.mark.parametrize("outage", [False, True])
def test_healthy_runs_pass_and_a_providers_outage_is_reported(outage: bool) -> None:
    alarms = measure_false_alarms(10, 0.003, 20, outage=outage)
    assert (alarms.not_passed, alarms.failed) == (0, 0)
    assert outage is (alarms.reported > 0)


def test_a_broken_promise_is_said() -> None:
    blind = Fault("nobody sees it", lambda run: None)
    false_alarm = FalseAlarms(2, 0.0, outage=False, runs=100, not_passed=1, failed=1, reported=0)
    healthy_row = Fault("a healthy run", lambda run: None, Detected.NOTHING, certain=False)
    said = Message("400: OpenAIException - Rate limit reached for m", Origin.GATEWAY, "", "nobody", "built")
    assert len(promises_broken([measure(blind, 2), measure(healthy_row, 2)], [false_alarm], [said], 2.0)) == 4
    assert promises_broken([measure(healthy_row, 2)], [], [], 0.1) == []


def test_the_page_has_the_corpus_as_it_is_read_now_and_a_place_for_every_other_table() -> None:
    page = PAGE.read_text()
    assert corpus_tables(messages()) in page, "run make bench"
    renewed = filled(page, "bench", tables([], [], [], messages(), 0.0))
    assert "| a healthy run | passed" in page
    assert "| a healthy run | passed" not in renewed
    assert "Clopper and Pearson" in renewed


WORSE = {Verdict.PASSED: 0, Verdict.INCONCLUSIVE: 1, Verdict.INVALID: 1, Verdict.FAILED: 2}


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 1000),
    count=st.integers(1, 1500),
    background=st.sampled_from([0.0, 0.005, 0.02]),
    turned=st.sets(st.integers(0, 1499), max_size=20),
    kind=st.sampled_from([FailureKind.SERVER_ERROR, FailureKind.EMPTY, FailureKind.TIMEOUT]),
)
def test_a_verdict_never_improves_when_successes_turn_into_failures(
    seed: int, count: int, background: float, turned: set[int], kind: FailureKind
) -> None:
    run = first(healthy(np.random.default_rng(seed), 3, background), count)
    before, _, _ = judged(run)
    mask = np.isin(run.rows["index"], list(turned)) & (run.rows["kind"] == -1)
    run.fail(mask, kind)
    after, _, _ = judged(run)
    assert WORSE[after] >= WORSE[before]


@pytest.mark.parametrize("uneven", [False, True], ids=["alike", "unevenly"])
def test_a_leak_in_one_of_four_processes_is_found_and_none_is_made_up(uneven: bool) -> None:
    leaking, healthy_ones = (watch(4, 10, uneven=uneven, leak=leak) for leak in (LEAK, 0.0))
    assert (leaking.failed, leaking.passed) == (10, 0)
    assert (healthy_ones.failed, healthy_ones.passed) == (0, 10)


def test_a_broken_promise_of_memory_is_said() -> None:
    kept = Watched(4, uneven=False, leak=LEAK, runs=10, failed=10, passed=0, passed_as_one=2)
    missed = replace(kept, failed=9)
    passed = replace(kept, uneven=True, failed=9, passed=1)
    alarm = replace(kept, leak=0.0, failed=1, passed=9)
    assert len(broken_promises([kept, missed, passed, alarm])) == 3
