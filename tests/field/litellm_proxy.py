"""A real LiteLLM proxy as a child process, its models routed to a stand-in provider on loopback."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import httpx

LITELLM = Path(__file__).parents[2] / ".venv-field" / "bin" / "litellm"
MASTER_KEY = "sk-field-0123456789abcdef"
START_SECONDS = 240.0  # ten are usual; a busy machine takes ten times as long
STOP_SECONDS = 15.0
LOG = "litellm.log"
"""What the proxy writes to its terminal, within its folder."""

ENVIRONMENT = {
    "LITELLM_MASTER_KEY": MASTER_KEY,
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
    "LITELLM_TELEMETRY": "False",
    "LITELLM_LOG": "ERROR",
    "DISABLE_ADMIN_UI": "True",
    "NO_DOCS": "True",
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of a model of the proxy: what its provider is asked for, and the mode that the proxy states.

    Deployments of the same `model` are one group.
    """

    model: str
    upstream: str
    mode: str | None = "chat"


@contextmanager
def litellm_proxy(
    deployments: Sequence[Deployment],
    servers: Sequence[str],
    settings: str,
    provider_url: str,
    folder: Path,
    environment: Mapping[str, str] = MappingProxyType({}),
    workers: int = 1,
) -> Iterator[str]:
    """Run the proxy of the field's environment, as `run_proxy` does.

    Its models and MCP `servers` are those of the provider at `provider_url`; `settings` is more of its YAML.
    """
    config = _config(deployments, servers, provider_url) + settings
    with run_proxy(LITELLM, config, folder, environment, workers) as url:
        yield url


@contextmanager
def run_proxy(
    litellm: Path,
    config: str,
    folder: Path,
    environment: Mapping[str, str] = MappingProxyType({}),
    workers: int = 1,
) -> Iterator[str]:
    """Run a proxy and yield its URL; it is ended, by its own process group, on leaving.

    `litellm` is the command to start, `config` its YAML, `environment` more of its variables. Raises
    FileNotFoundError without the command, RuntimeError with the proxy's last words if it never gets ready.
    """
    if not litellm.exists():
        raise FileNotFoundError(f"{litellm} is missing; run: make field")
    configured = folder / "litellm.yaml"
    configured.write_text(config)
    port = _free_port()
    log = folder / LOG
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(litellm, "--config", configured, "--host", "127.0.0.1", "--port", str(port)),
                *("--num_workers", str(workers)),
            ],
            env={**os.environ, **ENVIRONMENT, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, process, log)
            yield url
        finally:
            _end(process)


def _config(deployments: Sequence[Deployment], servers: Sequence[str], provider_url: str) -> str:
    """The proxy's models, each with a key of its own: those that share one would share an HTTP client."""
    models = "".join(
        f"  - model_name: {deployment.model}\n"
        "    litellm_params:\n"
        f"      model: openai/{deployment.upstream}\n"
        f"      api_base: {provider_url}/v1\n"
        f"      api_key: provider-key-of-{deployment.upstream}\n"
        + (f"    model_info:\n      mode: {deployment.mode}\n" if deployment.mode else "")
        for deployment in deployments
    )
    tools = "".join(f"  {server}: {{url: '{provider_url}/mcp/{server}', transport: http}}\n" for server in servers)
    return f"model_list:\n{models}mcp_servers:\n{tools}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/health/readiness").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.25)
    raise RuntimeError(f"LiteLLM did not get ready; it said:\n{log.read_text()[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the group that we started, SIGKILL if that is not enough."""
    for stop in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
