"""Two releases are gated, and a person compares them."""

import re

from playwright.sync_api import Page, expect

from deployments.api import Run
from tests.browser.album import Album
from tests.browser.way import open_artifact, see_end
from tests.chaos.waiting import until
from tests.gateway.faults import Fault, FaultKind
from tests.observatory import Up

ASKED = {"suites": ["single-request", "api-contract"]}
LOST = re.compile(
    r"^❌ Failed: api-contract: (\d+) of \1 musts, \d+ of \d+ shoulds passed; lost since run .*: metrics"
)
LONGEST_SECONDS = 120.0


def gated(up: Up, release: str, *faults: Fault) -> Run:
    """A gate of a release with these faults, when it has ended."""
    up.gateway.arm(faults)
    gate = up.prefect.start_run("release-gate/on-demand", {"release": release, **ASKED})
    until(lambda: up.prefect.read_run(gate).has_ended, "the gate's end", LONGEST_SECONDS)
    return up.prefect.read_run(gate)


def test_a_gates_report_and_the_history_of_releases_are_read(up: Up, page: Page, album: Album) -> None:
    good, bad = gated(up, "v1.89.0"), gated(up, "v1.90.0", Fault(FaultKind.MOVED_METRICS))
    assert (good.state, bad.state) == ("Completed", "Failed")
    page.goto(f"{up.api_url.removesuffix('/api')}/v2/runs/flow-run/{bad.id}")
    assert see_end(up, page, 0) == "Failed"

    open_artifact(page, "release-gate-report", bad.name)
    expect(page.get_by_role("heading", name=LOST)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="api-contract").first).to_contain_text("❌")
    album.take(page, "gate", until=page.get_by_text("In brackets: what the last good run measured."))

    page.goto(f"{up.api_url.removesuffix('/api')}/v2/runs/flow-run/{bad.id}")
    open_artifact(page, "releases-default", bad.name)
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="v1.90.0").first).to_contain_text("❌")
    expect(rows.filter(has_text="v1.89.0").first).to_contain_text("✅")
    chart = page.get_by_alt_text("failure rate, latency and overhead over releases")
    expect(chart).to_have_js_property("complete", True)
    assert chart.evaluate("picture => picture.naturalWidth") > 0
    album.take(page, "releases", until=chart)
