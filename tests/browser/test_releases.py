"""Two releases are gated, and a person compares them."""

from playwright.sync_api import Page, expect

from deployments.api import Run
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.browser.screenshots import Screenshots
from tests.browser.steps import open_artifact, see_end
from tests.chaos.waiting import until
from tests.observatory import Up

ASKED = {"suites": ["single-request", "api-contract"]}
LOST = "❌ Failed: v1.90.0, 1 of 2 suites failed, api-contract: 2 cases lost"
LONGEST_SECONDS = 120.0


def gated(up: Up, release: str, *faults: Fault) -> Run:
    """A gate of a release with these faults, when it has ended."""
    up.gateway.arm(faults)
    up.gateway.version = release.removeprefix("v")
    gate = up.prefect.start_run("release-gate/on-demand", {"release": release, **ASKED})
    until(lambda: up.prefect.read_run(gate.id).has_ended, "the gate's end", LONGEST_SECONDS)
    return up.prefect.read_run(gate.id)


def test_a_gates_report_and_the_history_of_releases_are_read(up: Up, page: Page, screenshots: Screenshots) -> None:
    good, bad = gated(up, "v1.89.0"), gated(up, "v1.90.0", Fault(FaultKind.MOVED_METRICS))
    assert (good.state, bad.state) == ("Completed", "Failed")
    page.goto(f"{up.api_url.removesuffix('/api')}/v2/runs/flow-run/{bad.id}")
    assert see_end(up, page, 0) == "Failed"

    open_artifact(page, "release-gate-report", bad.name)
    expect(page.get_by_role("heading", name=LOST)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="api-contract").first).to_contain_text("❌")
    screenshots.take(page, "gate", until=page.get_by_text("In brackets: what the last passed run measured."))

    page.get_by_role("link", name="All releases of this gateway").click()
    expect(page.get_by_role("heading", name="Releases on gateway default")).to_be_visible()
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="v1.90.0").first).to_contain_text("❌")
    expect(rows.filter(has_text="v1.89.0").first).to_contain_text("✅")
    chart = page.get_by_alt_text("failure rate, latency and overhead over releases")
    expect(chart).to_have_js_property("complete", True)
    assert chart.evaluate("picture => picture.naturalWidth") > 0
    screenshots.take(page, "releases", until=chart)

    page.get_by_role("link", name="v1.89.0").click()
    expect(page.get_by_role("heading", name="✅ Passed: ")).to_be_visible()
