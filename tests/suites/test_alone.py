"""The core runs where there is no Prefect, no Slack and no chart."""

import subprocess
import sys

SCRIPT = """
import pkgutil, sys
import suites
for module in pkgutil.walk_packages(suites.__path__, "suites."):
    __import__(module.name)
print(sum(name.startswith("suites.") for name in sys.modules))
strange = ("prefect", "slack", "matplotlib", "flows", "deployments")
print([name for name in sys.modules if name.startswith(strange)])
"""


def test_suites_runs_without_prefect_in_the_process() -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    count, strange = ran.stdout.splitlines()
    assert int(count) > 20
    assert strange == "[]"
