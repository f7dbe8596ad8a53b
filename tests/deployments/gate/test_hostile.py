"""Nothing that a Prefect server passes on acts in a pipeline's log, or in the file that it prints."""

import json
from pathlib import Path

from deployments.gate.options import GateOptions
from litellm_observatory.core.judging.verdict import Verdict
from tests.deployments.gate.fake_gate import FakeGate, Log, report_of
from tests.hostile import HOSTILE
from tests.sinks import COMMAND, unprintable

SAID = " ".join(
    said for said in HOSTILE if len(said) < 100 and said != "\ud800"
)  # no client can send half a character


def test_nothing_that_a_server_says_acts_in_a_log_or_a_file(here: FakeGate, tmp_path: Path) -> None:
    options, log = GateOptions("v-hostile", pipeline="7", json=tmp_path / "result.json"), Log()
    run = here.begun(options)
    here.prefect.ask("PATCH", f"/flow_runs/{run.id}", {"name": f"\n::error::{SAID}"})
    here.set_state(run, "CRASHED", "Crashed", SAID)
    report = report_of(Verdict.FAILED).model_copy(
        update={"reason": f"Failed: {SAID}", "headline": f"Failed: {SAID}", "models": (SAID,)}
    )

    def fail() -> None:
        here.store(run, report)
        here.set_state(run, "FAILED", "Failed", report.reason)

    log.reactions["crashed; waiting for its resumption"] = lambda: here.set_state(run, "RUNNING", f"##[x]{SAID}")
    log.reactions[" is resumed."] = fail
    status, output = here.gate(options, log)

    assert status == 1
    assert output.count("evil.example") > 10
    assert not COMMAND.search(output)
    assert unprintable(output) == set()
    written = (tmp_path / "result.json").read_text()
    assert not COMMAND.search(written)
    assert unprintable(written) == set()
    assert json.loads(written) == report.model_dump(mode="json")
