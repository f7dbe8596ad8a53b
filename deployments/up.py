"""`litellm-observatory up`: an observatory for your own gateway, in the foreground until Ctrl-C."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from deployments.auth import CLIENT_AUTH, read_auth
from deployments.folder_lock import lock_folder
from deployments.interrupts import Interrupted, interruptible
from deployments.local import Observatory, observatory
from deployments.paths import relative, venv_command
from deployments.server import USUAL_PORT, free_port
from deployments.settings import API_KEY, GATEWAY_URL, SLACK_URL, UP_SERVER, read_settings
from litellm_observatory.names import DEFAULT_GATEWAY, GATEWAY_BLOCK_TYPE, SLACK_BLOCK


def up(environment: Mapping[str, str], console: Console, folder: Path) -> int:
    """Server, worker and deployments until this process is asked to end. Raises CommandError."""
    read_settings(environment)  # what is wrong there is better said now than after a start
    read_auth(environment)
    with interruptible(), lock_folder(folder) as lock:
        port = free_port(USUAL_PORT)
        if port != USUAL_PORT:
            console.print(f"Port {USUAL_PORT} is taken by somebody else; {port} is used instead.")
        console.print(f"What server and worker say goes to {relative(folder / 'logs')}")
        try:
            with observatory(folder, environment, port, console.print, (lock.descriptor,)) as running:
                lock.note(running.server.child.process.pid, running.worker.process.pid)
                (folder / UP_SERVER).write_text(running.prefect.url)
                _welcome(running, console)
                running.watch()
        except Interrupted:
            console.print("Ended; nothing is left running.")
        finally:
            (folder / UP_SERVER).unlink(missing_ok=True)
    return 0


def _welcome(running: Observatory, console: Console) -> None:
    """Where to click, what to type, and what is missing."""
    command = f"PREFECT_API_URL={running.prefect.url} {venv_command('litellm-observatory')}"
    console.print(
        f"\nThe observatory is up: {running.server.url}\n"
        "  There: Deployments, a suite's name, Run, Quick run or Custom run. Or here:\n\n"
        f"  {command} run single-request\n"
        f"  {command} run oai-azure-release -p duration_hours=0.25 -p request_interval_seconds=0.5\n"
        f"  {command} gate --release TAG    # the verdict of a release; TAG is its version\n"
    )
    if CLIENT_AUTH in running.server.environment:
        console.print(
            f"It lets in whoever knows its auth string: the UI asks for it, commands take it as {CLIENT_AUTH}."
        )
    if not running.prefect.has_block(GATEWAY_BLOCK_TYPE, DEFAULT_GATEWAY):
        console.print(
            f"No gateway is known here: {GATEWAY_URL} and {API_KEY} are not set. Runs are refused until you set both "
            f"in .env and start this again, or add one: {command} gateway default --url https://…",
            style="yellow",
        )
    if not running.prefect.has_block("slack-incoming-webhook", SLACK_BLOCK):
        console.print(f"{SLACK_URL} is not set: no message says how runs end.", style="yellow")
    console.print("Ctrl-C ends it: running suites are cancelled, and nothing is left running.")
