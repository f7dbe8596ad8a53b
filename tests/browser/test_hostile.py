"""A gateway whose every word would act in a browser: the UI shows its words, and none of them acts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, Request, expect

from deployments.api import Run
from litellm_observatory.standin.gateway.app import Gateway
from tests.browser.conftest import home
from tests.chaos.waiting import until
from tests.hostile import HOSTILE, REFUSALS
from tests.observatory import KEY, Up

EVIL = "evil.example"
SHORT = {"duration_hours": 5 / 3600, "request_interval_seconds": 0.1, "stop_early": False}
LONGEST_SECONDS = 120.0


@dataclass
class Acted:
    """What a page asked of whom, and what it opened, since somebody watches it."""

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def on_request(self, request: Request) -> None:
        """Keep an address, also that of a request which is aborted."""
        self.requests.append(request.url)

    def on_dialog(self, dialog: Dialog) -> None:
        """Keep a dialog's text and close it, or the page would wait for ever."""
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@pytest.fixture
def acted(page: Page) -> Iterator[Acted]:
    """What the page does in this test."""
    seen = Acted()
    page.on("request", seen.on_request)
    page.on("dialog", seen.on_dialog)
    yield seen
    page.remove_listener("request", seen.on_request)
    page.remove_listener("dialog", seen.on_dialog)


@pytest.fixture
def hostile(up: Up, monkeypatch: pytest.MonkeyPatch) -> Iterator[Up]:
    """The observatory before a gateway whose models, servers, version and refusals are named to act."""
    words = Gateway(HOSTILE, KEY, version=HOSTILE[0], servers=HOSTILE)
    for name in ("models", "servers", "version"):
        monkeypatch.setattr(up.gateway, name, getattr(words, name))
    yield up
    up.gateway.arm()


def end_of(up: Up, suite: str, **parameters: Any) -> Run:
    """A run against the gateway that refuses each request in other words, when it has ended."""
    up.gateway.arm(REFUSALS)
    run = up.prefect.start_run(f"{suite}/on-demand", parameters)
    until(lambda: up.prefect.read_run(run.id).has_ended, "its end", LONGEST_SECONDS)
    return up.prefect.read_run(run.id)


def left_by(up: Up, run: Run, kind: str) -> list[dict[str, Any]]:
    """The artifacts of a run of one type."""
    chosen = {"artifacts": {"flow_run_id": {"any_": [run.id]}, "type": {"any_": [kind]}}}
    found: list[dict[str, Any]] = up.prefect.ask("POST", "/artifacts/filter", chosen)
    return found


def see(place: Locator) -> None:
    """The gateway's words are shown."""
    expect(place.get_by_text(EVIL).first).to_be_visible()


def look_at(up: Up, page: Page, run: Run) -> None:
    """Open a run's page with its tabs, and the pages of what it left.

    Of each address in a log and in JSON Prefect makes a link, which asks nobody until it is clicked.
    """
    ui = f"{home(up)}/v2"
    page.goto(f"{ui}/runs/flow-run/{run.id}")
    for tab in ("Details", "Logs", "Artifacts"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        page.wait_for_load_state("networkidle")  # a headline quotes the gateway only where it has room
    [report] = left_by(up, run, "markdown")
    page.goto(f"{ui}/artifacts/key/{report['key']}")
    page.wait_for_load_state("networkidle")
    page.goto(f"{ui}/artifacts/artifact/{report['id']}")
    see(page.get_by_role("main"))
    for result in left_by(up, run, "json"):
        page.goto(f"{ui}/artifacts/artifact/{result['id']}")
        see(page.get_by_role("main"))


def test_nothing_that_a_gateway_says_acts_in_the_browser(hostile: Up, page: Page, acted: Acted) -> None:
    runs = [
        end_of(hostile, "single-request"),
        end_of(hostile, "single-request", models=["none"]),
        end_of(hostile, "oai-azure-release", **SHORT),
    ]
    assert [run.state for run in runs] == ["Failed", "Refused", "Failed"]
    for run in runs:
        look_at(hostile, page, run)
    assert any("/artifacts/" in address for address in acted.requests)
    assert [address for address in acted.requests if EVIL in address] == []
    assert acted.dialogs == []
