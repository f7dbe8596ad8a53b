"""From the UI to a file: a run's report names the command that writes it as one page, and that command does."""

import asyncio
import re
import shlex
import subprocess
import sys
from pathlib import Path

from prefect.settings import PREFECT_API_URL

from flows.oai_azure_release import oai_azure_release
from litellm_observatory.project import PROJECT
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.observatory import environment
from tests.orchestration.conftest import Observatory
from tests.sinks import Page
from tests.timeouts import LONGEST_WAIT_SECONDS


async def test_a_report_names_the_command_that_takes_it_along_with_its_chart_and_its_failures(
    observatory: Observatory, tmp_path: Path
) -> None:
    observatory.gateway.arm([Fault(FaultKind.STATUS, models=("azure-gpt-4o",), first=20, count=20)])
    run = await observatory.run(
        oai_azure_release, duration_hours=3 / 3600, request_interval_seconds=0.05, stop_early=False
    )

    [command] = re.findall("`litellm-observatory (report .*)`", run.page)
    typed = shlex.split(command.replace("report.html", str(tmp_path / "report.html")))
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "deployments", *typed],
        cwd=PROJECT,
        env=environment({"PREFECT_API_URL": str(PREFECT_API_URL.value())}),
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT_SECONDS,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    page = Page((tmp_path / "report.html").read_text())
    assert page.foreign == set()
    assert page.tags.count("img") == 1
    assert f"❌ {run.state.message}" in page.text
    [seen] = run.report.fingerprints
    assert all(str(exemplar) in page.text for exemplar in seen.exemplars)
    assert all(finding.sentence in page.text for finding in run.report.findings)
    assert any(finding.remedy for finding in run.report.findings)
