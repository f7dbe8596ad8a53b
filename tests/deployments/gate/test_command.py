"""What a pipeline sees of a gate, and the exit status that it gets."""

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deployments.api import Run
from deployments.command_error import CommandError
from deployments.gate.options import GateOptions
from deployments.gate.start import ago
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.project import PROJECT
from tests.deployments.gate.fake_gate import FakeGate
from tests.observatory import environment
from tests.timeouts import LONGEST_WAIT_SECONDS

STATUSES = {
    Verdict.PASSED: 0,
    Verdict.FAILED: 1,
    Verdict.INCONCLUSIVE: 2,
    Verdict.INVALID: 3,
    Verdict.REFUSED: 4,
    Verdict.ERRORED: 4,
    Verdict.CANCELLED: 4,
    Verdict.CRASHED: 4,
}


def called(here: FakeGate, *arguments: str, command: str = "gate") -> subprocess.Popen[str]:
    """The command as a pipeline calls it."""
    typed = [sys.executable, "-m", "deployments", command, *arguments]
    said = environment({"PREFECT_API_URL": here.api_url})
    return subprocess.Popen(
        typed, cwd=PROJECT, env=said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def followed(here: FakeGate, process: subprocess.Popen[str]) -> Run:
    """The run that a command says it follows, as soon as it does."""
    assert process.stdout
    for line in process.stdout:
        if found := re.search(f"{here.api_url.removesuffix('/api')}/v2/runs/flow-run/(.*)", line):
            return Run(found[1], "", "", "", "")
    raise AssertionError("no link was printed")


def test_a_pipeline_sees_the_link_then_the_suites_then_the_verdict_and_gets_its_files(
    here: FakeGate, tmp_path: Path
) -> None:
    junit, result = tmp_path / "junit.xml", tmp_path / "result.json"
    files = ("--junit", str(junit), "--json", str(result))
    with called(here, "--release", "v1.90.0", "-p", "profile=smoke", *files) as process:
        run = followed(here, process)
        assert here.prefect.read_run(run.id).parameters == {"release": "v1.90.0", "profile": "smoke"}
        here.set_state(run, "RUNNING")
        report = here.end(run, Verdict.FAILED)
        output, errors = process.communicate(timeout=LONGEST_WAIT_SECONDS)
    assert (process.returncode, errors) == (1, "")
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert "suite verdict requests failed rate p95 overhead p95 run" in lines
    assert f"single-request passed – – – – – {report.suites[0].run_url}" in lines
    assert f"oai-azure-release failed 1,200 24 2 % 1.25 s 8.4 ms {report.suites[1].run_url}" in lines
    assert lines.index(report.headline) < lines.index(
        f"oai-azure-release: ❌ {report.suites[1].reason} → look into it"
    )
    assert json.loads(result.read_text()) == report.model_dump(mode="json")
    suite = ElementTree.parse(junit).find("testsuite")
    assert suite is not None
    assert [suite.attrib[name] for name in ("tests", "failures", "errors")] == ["2", "1", "0"]


@pytest.mark.parametrize(
    ("verdict", "status"),
    STATUSES.items(),
)
def test_the_exit_status_is_the_verdict(here: FakeGate, verdict: Verdict, status: int) -> None:
    options = GateOptions(f"v-{verdict}", pipeline="7")
    report = here.end(here.begun(options), verdict)
    ended, output = here.gate(options)
    assert ended == status
    assert f"\n{report.headline}\n" in output
    assert output.endswith(
        "An earlier gate: it ended just now. Its verdict is repeated, and nothing is sent again.\n"
    )


def test_the_end_of_an_earlier_attempt_is_no_verdict_for_who_asks_now(here: FakeGate, tmp_path: Path) -> None:
    options = GateOptions("v-attempted", junit=tmp_path / "gate.xml")
    here.end(here.begun(options), Verdict.PASSED)
    with pytest.raises(
        CommandError,
        match=r"^Attempt 1 of release v-attempted ended just now \(Completed: Passed: .*\), which is no verdict on "
        r"what runs now\. Give another --attempt, such as 2, to test again, or --key 1 to get that verdict: http",
    ):
        here.gate(options)
    assert b'errors="1"' in (tmp_path / "gate.xml").read_bytes()
    assert here.gate(replace(options, pipeline="1"))[0] == 0
    earlier = ElementTree.parse(tmp_path / "gate.xml").find("testsuite/properties/property")
    assert earlier is not None
    assert "it ended just now" in earlier.attrib["value"]


def test_a_gate_that_was_refused_uses_up_no_attempt(here: FakeGate) -> None:
    mistaken = here.begun(GateOptions("v-refused", {"models": ["typo"]}))
    here.end(mistaken, Verdict.REFUSED)
    again = here.begun(GateOptions("v-refused"))
    here.end(again, Verdict.REFUSED)
    last = here.begun(GateOptions("v-refused"))
    assert len({mistaken.id, again.id, last.id}) == 3
    assert here.begun(GateOptions("v-refused")).id == last.id
    here.end(last, Verdict.PASSED)
    with pytest.raises(CommandError, match=r"^Attempt 1 of release v-refused ended just now \(Completed: "):
        here.gate(GateOptions("v-refused"))


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        ({"days": 3, "hours": 5}, "3 days ago"),
        ({"hours": 1, "minutes": 59}, "1 hour ago"),
        ({"minutes": 2}, "2 minutes ago"),
        ({"seconds": 59}, "just now"),
        ({"days": -1}, "just now"),
    ],
)
def test_how_old_a_gate_is_stands_in_one_unit(passed: dict[str, int], words: str) -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert ago(now - timedelta(**passed), now) == words


def test_a_state_that_contradicts_its_report_does_not_let_a_release_pass(here: FakeGate) -> None:
    options = GateOptions("v-contradicted", pipeline="7")
    run = here.begun(options)
    here.end(run, Verdict.FAILED)
    here.set_state(run, "COMPLETED")
    assert here.gate(options)[0] == 1


def test_a_verdict_without_a_report_is_that_of_the_state(here: FakeGate, tmp_path: Path) -> None:
    options = GateOptions("v-unpublished", pipeline="7", json=tmp_path / "result.json")
    here.set_state(here.begun(options), "FAILED", "Inconclusive", "Inconclusive: too little")
    status, output = here.gate(options)
    assert status == 2
    assert "Inconclusive: too little\n" in output
    assert "has left no result" in output
    assert not (tmp_path / "result.json").exists()


def test_a_server_without_the_gate_is_told_with_the_remedy_and_ci_sees_it(here: FakeGate, tmp_path: Path) -> None:
    here.withdraw()
    try:
        with called(here, "--release", "v1", "--junit", str(tmp_path / "junit.xml")) as process:
            output, errors = process.communicate(timeout=LONGEST_WAIT_SECONDS)
    finally:
        here.deploy()
    assert (process.returncode, output) == (4, f"Prefect server: {here.api_url}\n")
    assert re.search(
        "has no deployment release-gate/on-demand; bring what is declared there: .*observatory apply", errors
    )
    assert b'errors="1"' in (tmp_path / "junit.xml").read_bytes()


def test_somebody_who_interrupts_leaves_the_gate_going_on(here: FakeGate) -> None:
    with called(here, "--release", "v-interrupted") as process:
        run = followed(here, process)
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=LONGEST_WAIT_SECONDS)
    assert (process.returncode, errors) == (130, "")
    assert f"Interrupted; the gate goes on: {here.api_url.removesuffix('/api')}/v2/runs/flow-run/{run.id}\n" in output
    assert here.prefect.read_run(run.id).kind == "SCHEDULED"


def test_a_reader_of_its_words_who_goes_away_changes_neither_status_nor_files(here: FakeGate, tmp_path: Path) -> None:
    options, result = GateOptions("v-unread", pipeline="7"), tmp_path / "gate.json"
    here.end(here.begun(options), Verdict.PASSED)
    unread, written = os.pipe()
    os.close(unread)
    command = [
        sys.executable,
        "-m",
        "deployments",
        "gate",
        "--release",
        "v-unread",
        "--key",
        "7",
        "--json",
        str(result),
    ]
    said = environment({"PREFECT_API_URL": here.api_url})
    with os.fdopen(written, "w") as nowhere:
        ended = subprocess.run(
            command, cwd=PROJECT, env=said, stdout=nowhere, timeout=LONGEST_WAIT_SECONDS, check=False
        )
    assert ended.returncode == 0
    assert json.loads(result.read_text())["verdict"] == "passed"
