"""A real observatory, a real browser before it, and a folder for pictures of what the browser shows."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright

from litellm_observatory.standin.gateway.app import Gateway
from tests.browser.screenshots import HEIGHT, WIDTH, Screenshots
from tests.observatory import KEY, Up, brought_up

MODELS = ("gpt-4o-mini", "azure-gpt-4o")
LATENCY_SECONDS = 0.4
LONGEST_WAIT_MS = 20_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (  # a test's browser asks nobody but the observatory
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make browser ARGS=…` takes."""
    parser.addoption("--screenshots", type=Path, help="folder for the pictures that the documents show")
    parser.addoption("--soak-seconds", type=float, default=20.0, help="how long each soak sends (%(default)s)")


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """An observatory for a stand-in gateway with two models."""
    with brought_up(tmp_path_factory.mktemp("observatory"), Gateway(MODELS, KEY, LATENCY_SECONDS)) as running:
        yield running


@pytest.fixture(scope="session")
def page(up: Up) -> Iterator[Page]:
    """The observatory's UI in a browser of somebody who has never been there."""
    expect.set_options(timeout=LONGEST_WAIT_MS)
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert executable, "no Chromium is installed; make browser brings it"
    sandbox = () if os.geteuid() else ("--no-sandbox",)  # Chromium has none for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*QUIET, *sandbox])
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="dark",
            locale="en-US",
            reduced_motion="reduce",
            timezone_id="UTC",
        )
        context.set_default_timeout(LONGEST_WAIT_MS)
        context.route(lambda url: not url.startswith(home(up)), _abort)
        page = context.new_page()
        page.goto(home(up))
        yield page
        browser.close()


def home(up: Up) -> str:
    """The address that `make up` prints."""
    return up.api_url.removesuffix("/api")


def _abort(route: Route) -> None:
    """The UI asks an analytics service for its settings, whatever the server's own say."""
    route.abort()


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Screenshots:
    """Where pictures go: `--screenshots`, or a folder that pytest removes."""
    return Screenshots(request.config.getoption("--screenshots") or tmp_path_factory.mktemp("screenshots"))


@pytest.fixture(scope="session")
def soak_seconds(request: pytest.FixtureRequest) -> float:
    """How long each soak sends."""
    return float(request.config.getoption("--soak-seconds"))
