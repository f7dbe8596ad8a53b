"""A gate is followed to an end that stays: through duplicates, crashes, and a server that is away."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from rich.console import Console

from deployments.gate.options import GateOptions
from deployments.gate.start import start
from deployments.timeouts import Timeouts
from deployments.watch import follow
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.progress import Progress
from tests.deployments.gate.fake_gate import FakeGate, Log, report_of


def test_a_state_of_prefects_own_does_not_say_that_the_gateway_failed(here: FakeGate) -> None:
    options = GateOptions("v-timed-out", pipeline="7")
    here.set_state(here.begun(options), "FAILED", "TimedOut")
    status, output = here.gate(options)
    assert status == 4
    assert "\nErrored, without a reason\n" in output


def test_a_run_that_prefect_calls_failed_since_it_raised_does_not_either(here: FakeGate) -> None:
    options = GateOptions("v-raised", pipeline="7")
    here.set_state(here.begun(options), "FAILED", "Failed", "Flow run encountered an exception: ValueError")
    assert here.gate(options)[0] == 4


def test_progress_is_told_line_by_line_where_there_is_no_terminal(here: FakeGate) -> None:
    run, log = here.begun(GateOptions("v-progress", pipeline="7")), Log()
    here.set_state(run, "RUNNING")
    began = datetime.now(UTC) - timedelta(minutes=21)
    here.tell(run, Progress(began=began, seconds=3000, due=600, sent=250, failed=1, said="2 of 6 suites have ended"))
    log.reactions["2 of 6 suites have ended\n"] = lambda: here.end(run, Verdict.PASSED)
    assert follow(here.prefect, run, Console(file=log, width=200)).kind == "COMPLETED"
    told = r"^  42 %, 0:21:\d\d of 0:50:00, 250 of 600 requests, 1 failed: 2 of 6 suites have ended$"
    assert re.search(told, log.getvalue(), re.MULTILINE)


@pytest.mark.parametrize("which", [{"attempt": 2}, {"pipeline": "7-1"}])
def test_who_asks_while_another_tests_the_same_waits_and_gets_a_test_of_his_own(
    here: FakeGate, which: dict[str, Any]
) -> None:
    release = f"v-second{len(which.get('pipeline', ''))}"
    first, options = here.begun(GateOptions(release)), GateOptions(release, **which)
    run = here.begun(options)
    here.end_as_duplicate(run, first, f"Duplicate of {run.id}")  # a run may bear any name
    log, own = Log(), []

    def end_own() -> None:
        own.append(start(here.prefect, options, after=run))
        here.end(own[0], Verdict.INVALID)

    log.reactions["Waiting for its end, then this tests anew"] = lambda: here.end(first, Verdict.PASSED)
    log.reactions["The release is tested again: "] = end_own
    status, output = here.gate(options, log)
    assert status == 3
    assert own[0].id not in (first.id, run.id)
    assert output.rstrip().endswith(f"/runs/flow-run/{own[0].id}")


def test_a_duplicate_of_nobody_is_no_verdict(here: FakeGate) -> None:
    options = GateOptions("v-alone", pipeline="7")
    here.set_state(here.begun(options), "CANCELLED", "Duplicate", "Duplicate: somebody tests the same already")
    assert here.gate(options)[0] == 4


def test_a_crash_is_no_end_where_the_gate_is_taken_up_again(here: FakeGate) -> None:
    options = GateOptions("v-resumed", pipeline="7")
    run, log = here.begun(options), Log()
    here.set_state(run, "CRASHED")
    log.reactions["crashed; waiting for its resumption"] = lambda: here.set_state(run, "SCHEDULED", "AwaitingRetry")
    log.reactions[" is resumed."] = lambda: here.end(run, Verdict.PASSED)
    status, output = here.gate(options, log)
    assert status == 0, output


@pytest.mark.parametrize(("kind", "sentence"), [("CRASHED", "Process died"), ("CANCELLED", "By somebody")])
def test_where_nobody_looks_after_an_end_it_is_taken_as_it_is(here: FakeGate, kind: str, sentence: str) -> None:
    options = GateOptions(f"v-left-{kind}", pipeline="7")
    here.set_state(here.begun(options), kind, message=sentence)
    status, output = here.gate(options, timeouts=Timeouts(crashed=0, cancelled=0))
    assert status == 4
    assert f"\n{sentence}\n" in output


def test_the_report_of_a_cancelled_gate_is_waited_for(here: FakeGate) -> None:
    options, report = GateOptions("v-awaited", pipeline="7"), report_of(Verdict.CANCELLED)
    run, log = here.begun(options), Log()
    here.set_state(run, "CANCELLED", message="Flow run was cancelled by the worker")
    log.reactions["was cancelled; waiting for its report"] = lambda: here.store(run, report)
    status, output = here.gate(options, log)
    assert status == 4
    assert f"\n{report.headline}\n" in output


def test_nobody_to_begin_it_is_said_once_and_waited_for(here: FakeGate) -> None:
    options = GateOptions("v-unbegun", pipeline="7")
    run, log = here.begun(options), Log()
    log.reactions["No worker has begun"] = lambda: here.end(run, Verdict.PASSED)
    status, output = here.gate(options, log, Timeouts(unbegun=0))
    assert status == 0
    assert output.count("No worker has begun") == 1


def test_a_server_that_is_away_meanwhile_is_waited_for(here: FakeGate) -> None:
    options = GateOptions("v-away", pipeline="7")
    run, log = here.begun(options), Log()

    def come_back() -> None:
        here.start()
        here.end(run, Verdict.PASSED)

    log.reactions["/runs/flow-run/"] = here.stop
    log.reactions["does not answer, or is too busy"] = come_back
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 1}):
        status, output = here.gate(options, log)
    assert status == 0
    assert output.count("does not answer, or is too busy; asking again for up to 15 min") == 1
