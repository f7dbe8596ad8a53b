"""`litellm-observatory` as people run it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from litellm_observatory.project import PROJECT
from tests.observatory import environment
from tests.timeouts import LONGEST_WAIT_SECONDS

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command of `litellm-observatory` to its end."""
    home = str(tmp_path_factory.mktemp("home"))

    def run(*arguments: str, **said: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deployments", *arguments]
        told = environment({"PREFECT_HOME": home, **said})
        return subprocess.run(
            command, cwd=PROJECT, env=told, capture_output=True, text=True, timeout=LONGEST_WAIT_SECONDS
        )

    return run


@dataclass
class Guarded:
    """A server that lets nobody in, and remembers what it was told."""

    url: str = ""
    said: list[str | None] = field(default_factory=list)


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    guarded = Guarded()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            guarded.said.append(self.headers["Authorization"])
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, format: str, *values: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        guarded.url = f"http://127.0.0.1:{server.server_port}/api"
        yield guarded
        server.shutdown()
        thread.join()
