"""The pipeline's command reads labels, types and fields: reworded messages change no exit status."""

import pytest

from deployments.gate.options import GateOptions
from deployments.gate.start import start
from deployments.timeouts import Timeouts
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.names import VERDICT_LABEL
from litellm_observatory.orchestration.ends import STATES
from tests.deployments.gate.fake_gate import FakeGate, Log, report_of
from tests.deployments.gate.test_command import STATUSES

AT_ONCE = Timeouts(crashed=0, cancelled=0)


@pytest.mark.parametrize(("verdict", "status"), STATUSES.items())
@pytest.mark.parametrize("left", ["label", "report", "both"])
def test_the_exit_status_of_every_verdict_stands_in_no_sentence(
    here: FakeGate, verdict: Verdict, status: int, left: str
) -> None:
    options = GateOptions(f"v-reworded-{verdict}-{left}", pipeline="7")
    run = here.begun(options)
    if left != "report":
        here.label(run, {VERDICT_LABEL: verdict.value})
    if left != "label":
        here.store(run, report_of(verdict).model_copy(update={"reason": "x", "headline": "x"}))
    here.set_state(run, *STATES[verdict], "x")
    assert here.gate(options, timeouts=AT_ONCE)[0] == status


def test_whoever_writes_our_sentence_into_a_state_of_prefects_makes_no_failure_of_it(here: FakeGate) -> None:
    options = GateOptions("v-our-words", pipeline="7")
    here.set_state(here.begun(options), "FAILED", "Failed", "Failed: 126 of 10,800 requests failed")
    assert here.gate(options)[0] == 4


def test_the_original_of_a_duplicate_is_found_without_a_word(here: FakeGate) -> None:
    options = GateOptions("v-reworded-duplicate", pipeline="7")
    first, run, log = here.begun(GateOptions("v-original")), here.begun(options), Log()
    here.end_as_duplicate(run, first, "x")
    log.reactions["Waiting for its end"] = lambda: here.end(first, Verdict.PASSED)
    log.reactions["The release is tested again: "] = lambda: here.end(
        start(here.prefect, options, after=run), Verdict.INCONCLUSIVE
    )
    assert here.gate(options, log)[0] == 2


def test_a_run_id_in_the_words_of_a_duplicate_is_followed_by_nobody(here: FakeGate) -> None:
    options = GateOptions("v-misled", pipeline="7")
    other = here.begun(GateOptions("v-other"))
    here.set_state(
        here.begun(options), "CANCELLED", "Duplicate", f"Duplicate of x: http://h/runs/flow-run/{other.id}"
    )
    assert here.gate(options)[0] == 4
