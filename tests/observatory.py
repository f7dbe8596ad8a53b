"""A real observatory for tests: brought up as `make up` does it, for a stand-in gateway and a stand-in Slack."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import psutil

from deployments.auth import SERVER_AUTH
from deployments.processes import alive, descendants
from deployments.settings import ENV_FILE, OURS
from litellm_observatory.project import PROJECT
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.serving import serve
from litellm_observatory.standin.slack.app import Slack
from tests.prefect_api import Prefect, prefect_at
from tests.timeouts import LONGEST_WAIT_SECONDS

CHECKOUT = (sys.executable, "-m", "deployments")
"""How the observatory of this checkout is called."""

KEY, HOOK = "sk-of-the-gateway-under-test", "/services/T0/B0/of-the-channel"


def environment(said: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with nothing said of Prefect, a gateway or Slack but `said`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_") and name not in OURS}
    return {**kept, ENV_FILE: os.devnull, "MAX_CONCURRENT_TESTS": "5", **said}


@dataclass(frozen=True)
class Up:
    """A running `python -m deployments up`, the environment it was given, and where its server is."""

    process: subprocess.Popen[str]
    folder: Path
    output: str
    api_url: str
    said: dict[str, str] = field(repr=False)
    gateway: Gateway
    slack: Slack

    @property
    def prefect(self) -> Prefect:
        return prefect_at(self.api_url, self.said.get(SERVER_AUTH))

    @property
    def processes(self) -> set[psutil.Process]:
        """All processes that it has started and that they have started."""
        return descendants(self.process.pid)


@contextmanager
def brought_up(
    folder: Path,
    gateway: Gateway | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
    observatory: Sequence[str] = CHECKOUT,
    cwd: Path = PROJECT,
) -> Iterator[Up]:
    """An observatory for a gateway whose key is KEY; whoever uses it may end it. It leaves no process behind.

    Its environment says `more` than where the stand-ins are; `observatory` is called in the folder `cwd`.
    """
    gateway, slack = gateway or Gateway(["gpt-a"], KEY), Slack()
    with serve(gateway) as served, serve(slack) as channel:
        said = {
            "LITELLM_GATEWAY_URL": served.url,
            "LITELLM_API_KEY": KEY,
            "LITELLM_ALLOWED_HOSTS": "release.example.com",
            "SLACK_WEBHOOK_URL": channel.url + HOOK,
            **more,
        }
        command = [*observatory, "up", "--folder", str(folder)]
        with subprocess.Popen(
            command, cwd=cwd, env=environment(said), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            below: set[psutil.Process] = set()
            try:
                output = _read_until(process, "Ctrl-C ends it")
                yield Up(process, folder, output, _api_url(output), said, gateway, slack)
                below = descendants(process.pid)
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=LONGEST_WAIT_SECONDS)
            assert not alive(below)


def shell_lines(page: str, heading: str) -> str:
    """The lines for a shell that follow a heading of a page of docs/."""
    _, _, section = (PROJECT / "docs" / page).read_text().partition(f"\n{heading}\n")
    return section.split("```bash\n")[1].split("```")[0]


def _read_until(process: subprocess.Popen[str], last: str) -> str:
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if last in line:
            break
    return "".join(lines)


def _api_url(output: str) -> str:
    return next(word for word in output.split() if word.startswith("PREFECT_API_URL=")).partition("=")[2]
