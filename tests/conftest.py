"""Prefect in tests keeps to a folder of its own and tells nobody outside."""

import os
import tempfile

_home = tempfile.TemporaryDirectory(prefix="observatory-tests-")
os.environ |= {
    "PREFECT_HOME": _home.name,
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "OBSERVATORY_ENV_FILE": os.devnull,  # what a developer's .env says is no part of a test
}
