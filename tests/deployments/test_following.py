"""What a run says of its progress is shown as it is, and acts nowhere."""

import io
from datetime import UTC, datetime

import httpx
import pytest
from rich.console import Console

from deployments.api import Run
from deployments.watch import Pace, follow
from litellm_observatory.core.report.progress import Progress
from tests.hostile import HOSTILE
from tests.prefect_api import Prefect, prefect_of
from tests.sinks import COMMAND, unprintable

ID = "00000000-0000-4000-8000-000000000001"
BEGAN = datetime(2026, 1, 2, tzinfo=UTC)
RUN = Run(ID, "able-ape", "RUNNING", "Running", "")


def server(said: str) -> Prefect:
    """A server whose run says something of its progress, and then ends."""
    kinds = iter(("RUNNING", "COMPLETED"))

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            progress = Progress(began=BEGAN, seconds=100, due=600, sent=250, failed=3, said=said)
            found: object = [{"data": 42.0, "metadata_": progress.as_fields()}]
        else:
            found = {"id": ID, "flow_id": ID, "name": "able-ape", "state": {"type": next(kinds), "name": said}}
        return httpx.Response(200, json=found)

    return prefect_of(answer)


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("said", [said for said in HOSTILE if said != "\ud800"], ids=lambda said: repr(said)[:20])
def test_nothing_acts_where_a_runs_progress_is_shown(said: str, *, terminal: bool) -> None:
    printed = io.StringIO()
    console = Console(file=printed, force_terminal=terminal, width=300, color_system=None, legacy_windows=False)
    follow(server(said), RUN, console, pace=Pace(first=0, longest=0, line=0))
    output = printed.getvalue()
    if "[red]" in said:
        assert said in output
    assert not COMMAND.search(output)
    assert "\x1b[2J" not in output
    assert "\x1b]0" not in output
    assert not set(output) & {"\u202e", "\u2066", "\x00", "\x07"}
    if not terminal:
        assert " 250 of 600 requests, 3 failed" in output
        assert unprintable(output) == set()
