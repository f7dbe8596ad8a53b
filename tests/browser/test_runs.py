"""From the run button to the report: filled in, pressed, watched, read."""

import re

from playwright.sync_api import Page, expect

from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.browser.conftest import MODELS
from tests.browser.screenshots import Screenshots
from tests.browser.steps import field, open_artifact, open_form, open_run, press_submit, see_end
from tests.observatory import Up

HEALTHY, FAULTY = "v1.90.0 healthy", "v1.90.0 faulty"
TRIES = 2
"""A busy machine makes a run `Invalid`: its own client was late. A person then runs it again."""

SUITE = "oai-azure-release"
REPORT = f"{SUITE}-report"
REQUESTS = 450
"""299 clean ones would show that less than 1 % fail; a few more leave room."""

FIRST_FAULT, FAULTS = 150, 120


def fill_in(page: Page, run: str, seconds: float) -> None:
    """The three-hour soak in less than a minute, with less time between its requests."""
    open_form(page, f"{SUITE}/on-demand")
    page.get_by_label("Run Name").fill(run)
    field(page, "duration_hours").fill(f"{seconds / 3600:.4g}")
    field(page, "request_interval_seconds").fill(f"{seconds / REQUESTS:.4g}")


def see_chart_and_strip(page: Page, *squares: str) -> None:
    chart = page.get_by_alt_text("failures and latency over time")
    expect(chart).to_be_visible()
    expect(chart).to_have_js_property("complete", True)
    assert chart.evaluate("picture => picture.naturalWidth") > 0
    timelines = page.get_by_role("row").filter(has_text=re.compile(r"[🟩🟨🟥]"))
    expect(timelines).to_have_count(len(MODELS))
    for timeline, model in zip(timelines.all(), MODELS, strict=True):
        expect(timeline).to_contain_text(model)
    for square in squares:
        expect(timelines.filter(has_text=square).first).to_be_visible()


def test_a_healthy_gateway_is_soaked_and_its_report_read(
    up: Up, page: Page, screenshots: Screenshots, soak_seconds: float
) -> None:
    for _ in range(TRIES):
        fill_in(page, HEALTHY, soak_seconds)
        screenshots.take(page, "form", until=page.get_by_role("button", name="Submit"))
        press_submit(page)
        open_run(page, HEALTHY)
        if (state := see_end(up, page, soak_seconds)) != "Invalid":
            break
    assert state == "Completed"
    page.get_by_role("tab", name="Details").click()
    passed = re.compile(r"^Passed: 0 of 4\d\d requests failed, true rate below ")
    expect(page.get_by_text(passed).first).to_be_visible()

    open_artifact(page, REPORT, HEALTHY)

    expect(page.get_by_role("heading", name="✅ Passed: 0 of 4")).to_be_visible()
    see_chart_and_strip(page, "🟩")


def test_a_gateway_that_fails_for_a_while_leaves_red_squares_and_a_link_in_slack(
    up: Up, page: Page, screenshots: Screenshots, soak_seconds: float
) -> None:
    one_model_down = Fault(FaultKind.STATUS, (MODELS[1],), first=FIRST_FAULT, count=FAULTS)
    some_fail = Fault(FaultKind.STATUS, rate=0.1, first=FIRST_FAULT, count=FAULTS)
    up.gateway.arm([one_model_down, some_fail])
    fill_in(page, FAULTY, soak_seconds)
    field(page, "stop_early").click()  # on to the end, though it is certain before
    press_submit(page)
    open_run(page, FAULTY)
    assert see_end(up, page, soak_seconds) == "Failed"
    screenshots.take(page, "run")
    page.get_by_role("tab", name="Task Runs").click()
    expect(page.get_by_role("main").get_by_text("Degraded", exact=True).first).to_be_visible()

    open_artifact(page, REPORT, FAULTY)

    expect(page.get_by_role("heading", name="❌ Failed: ")).to_be_visible()
    see_chart_and_strip(page, "🟩", "🟥", "🟨")
    screenshots.take(page, "report", until=page.get_by_alt_text("failures and latency over time"))

    to_report, to_run = (button["url"] for button in up.slack.messages[-1]["blocks"][-1]["elements"])
    page.goto(to_report)
    expect(page.get_by_role("heading", name="❌ Failed: ")).to_be_visible()
    page.goto(to_run)
    expect(page.get_by_text(FAULTY).first).to_be_visible()
    expect(page.get_by_text("Failed", exact=True).first).to_be_visible()
