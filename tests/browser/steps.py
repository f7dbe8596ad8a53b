"""What a person does in Prefect's UI, step by step."""

import re
from uuid import UUID

from playwright.sync_api import Locator, Page, expect

from tests.chaos.waiting import until
from tests.observatory import Up

LONGEST_START = 60.0
ENDS = re.compile(r"^(Completed|Failed|Inconclusive|Invalid|Refused|Errored|Cancelled|Crashed|Duplicate)$")


def open_form(page: Page, deployment: str) -> None:
    """From wherever one is to the run form of `flow/deployment`."""
    flow, _, name = deployment.partition("/")
    page.get_by_role("link", name="Deployments", exact=True).first.click()
    page.get_by_placeholder("Search deployments").fill(flow)
    expect(page).to_have_url(re.compile(rf"={flow}\b"))  # it searches a moment later, and would lead back here
    row = page.get_by_role("row").filter(has=page.get_by_text(flow, exact=True))
    row.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Custom run").click()
    expect(page.get_by_role("heading", name="Parameters")).to_be_visible()


def label(page: Page, parameter: str) -> Locator:
    """A parameter's label; the UI says of those with a default that they are optional."""
    return page.locator("label").filter(has_text=_named(parameter))


def field(page: Page, parameter: str) -> Locator:
    """Where a parameter's value is written, or switched."""
    return page.get_by_label(_named(parameter))


def _named(parameter: str) -> re.Pattern[str]:
    return re.compile(rf"^{parameter}( \(Optional\))?$")


def press_submit(page: Page) -> None:
    """Press the button at the end of the form."""
    page.get_by_role("button", name="Submit").click()


def open_run(page: Page, run: str) -> None:
    """From the notice that a run has begun, or from the deployment's list of runs, to the run itself."""
    listed = page.get_by_role("main").get_by_role("link", name=run, exact=True)
    page.get_by_role("link", name="View run").or_(listed).first.click()
    page.mouse.move(0, 0)  # a notice stays for as long as the mouse is on it
    expect(page.get_by_role("tab", name="Artifacts")).to_be_visible()


def see_end(up: Up, page: Page, seconds: float) -> str:
    """Look away from a run that sends for so long, and come back when it has ended; returns the name of its state.

    A browser that draws a run as it goes takes so much of a small machine that our own client is late.
    """
    address = page.url
    page.goto("about:blank")
    run = UUID(address.split("/flow-run/")[1][:36])
    until(lambda: up.prefect.read_run(str(run)).has_ended, "its end", seconds + LONGEST_START)
    page.goto(address)
    badge = page.get_by_role("main").get_by_text(ENDS).first
    expect(badge).to_be_visible()
    return badge.inner_text().strip()


def open_artifact(page: Page, key: str, run: str) -> None:
    """From a run to what it left under a key, which is the newest of all that lies there."""
    page.get_by_role("tab", name="Artifacts").click()
    page.get_by_role("link", name=key).click()
    page.locator("main a[href*='/artifacts/artifact/']").first.click()
    expect(page.get_by_role("link", name=run, exact=True)).to_be_visible()
