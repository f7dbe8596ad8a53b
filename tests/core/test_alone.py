"""The core runs where there is no Prefect, no Slack and no chart."""

import subprocess
import sys

SCRIPT = """
import pkgutil, sys
import suites
from litellm_observatory import core
for package in (core, suites):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        __import__(module.name)
print(sum(name.startswith(("suites.", "litellm_observatory.core.")) for name in sys.modules))
strange = ("prefect", "slack", "matplotlib", "flows", "deployments", "litellm_observatory.orchestration")
print([name for name in sys.modules if name.startswith(strange)])
"""


def test_core_and_suites_run_without_prefect_in_the_process() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    count, strange = ran.stdout.splitlines()
    assert int(count) > 100
    assert strange == "[]"
