"""A Prefect server of our own on loopback, with everything it keeps in one folder."""

import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from deployments.auth import CLIENT_AUTH, SERVER_AUTH, read_auth
from deployments.command_error import CommandError
from deployments.interrupts import sleep_interruptibly
from deployments.links import NEWER_UI
from deployments.processes import Child, running
from deployments.settings import ENV_FILE, without_secrets

USUAL_PORT = 4200
LONGEST_START_SECONDS = 300.0
"""The first start makes the database: 7 to 12 s, measured; a loaded machine takes several times that."""

STEP_SECONDS = 0.2
TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class Server:
    """A Prefect server that answers; `environment` makes Prefect's own tools talk to it and keep to its folder."""

    url: str
    environment: Mapping[str, str]
    child: Child


@contextmanager
def prefect_server(
    folder: Path, environment: Mapping[str, str], port: int, keep_open: Sequence[int] = ()
) -> Iterator[Server]:
    """A server on 127.0.0.1 while the block lasts; `folder` gets its database, results, profiles and logs.

    Raises CommandError when it does not come up.
    """
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / TEMPORARY, ignore_errors=True)  # of a worker that was killed
    (folder / TEMPORARY).mkdir()
    url = f"http://127.0.0.1:{port}"
    settings = without_secrets(environment_for(folder, url, environment))
    arguments = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    # The server itself needs to be told once what it asks for: what it asks of itself it is let in for.
    guarded = {name: value for name, value in settings.items() if name != CLIENT_AUTH}
    guarded |= {SERVER_AUTH: auth} if (auth := read_auth(environment)) else {}
    with running("Prefect server", arguments, guarded, logs / "server.log", keep_open) as child:
        wait_until_answers(child, url)
        yield Server(url, settings, child)


def environment_for(folder: Path, url: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Prefect uses the server at `url` and `folder`, whatever it was set to before.

    Of Prefect's variables only a server's auth string is heeded: whoever uses the server says it. Raises
    CommandError.
    """
    inherited = {name: value for name, value in environment.items() if not name.startswith("PREFECT_")}
    unproxied = ",".join(filter(None, (inherited.get("NO_PROXY", inherited.get("no_proxy")), "127.0.0.1,localhost")))
    return (
        inherited
        | ({CLIENT_AUTH: auth} if (auth := read_auth(environment)) else {})
        | {
            "DO_NOT_TRACK": "1",
            "NO_COLOR": "1",
            "NO_PROXY": unproxied,
            ENV_FILE: os.devnull,  # all is said here already
            "no_proxy": unproxied,
            "PREFECT_API_URL": f"{url}/api",
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            # Prefect's default lets every web page that somebody has open read the keys from his server.
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{url},{url.replace('127.0.0.1', 'localhost')}",
            "PREFECT_SERVER_UI_API_URL": f"{url}/api",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_UI_URL": f"{url}{NEWER_UI}",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(folder / TEMPORARY),
        }
    )


def free_port(wanted: int = 0) -> int:
    """`wanted` where it is free on loopback, otherwise one that the kernel chooses."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_answers(child: Child, url: str) -> None:
    """Wait for the Prefect server that a child serves at `url`.

    Raises CommandError when it ends, or never answers.
    """
    until = time.monotonic() + LONGEST_START_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < until:
            child.check()
            with suppress(httpx.TransportError):
                if client.get(f"{url}/api/health").is_success:
                    return
            sleep_interruptibly(STEP_SECONDS)
    raise CommandError(
        f"The {child.name} does not answer after {LONGEST_START_SECONDS:g} s; {child.log} ends with:\n"
        f"{child.last_lines()}"
    )
