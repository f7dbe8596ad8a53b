"""Prefect in tests keeps to a folder of its own and tells nobody outside."""

import os
import tempfile
from pathlib import Path

import pytest

_home = tempfile.TemporaryDirectory(prefix="observatory-tests-")
os.environ |= {
    "PREFECT_HOME": _home.name,
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "OBSERVATORY_ENV_FILE": os.devnull,  # what a developer's .env says is no part of a test
}

MARKERS = {"system", "field", "browser"}
"""Each is the name of the folders whose tests bear it."""

SLOW = {"orchestration", "gate"}
"""The folders whose tests need a Prefect server."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by its folder, before `-m` chooses; what takes longest begins first."""
    here = Path(__file__).parent
    items.sort(key=lambda item: not SLOW.intersection(item.path.relative_to(here).parts))
    for item in items:
        for marker in MARKERS.intersection(item.path.relative_to(here).parts):
            item.add_marker(marker)
