"""The smoke gate as it is, before a LiteLLM as people run it: four processes, Redis, a model that reasons.

Healthy it passes; each fault, in the provider or in the proxy, fails it and is named.
"""

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from flows.release_gate import release_gate
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.formats import Model
from litellm_observatory.standin.gateway.serving import PROVIDERS_IDLE_SECONDS, serve
from tests.field.conftest import Proxy
from tests.field.litellm_proxy import LOG, MASTER_KEY, Deployment, litellm_proxy
from tests.orchestration.conftest import Finished, Observatory
from tests.orchestration.worker import deploy_suites, worker
from tests.timeouts import LONGEST_WAIT_SECONDS

pytestmark = pytest.mark.night

PLAIN, MODELESS, THINKER, EMBEDDER = "plain", "modeless", "thinker", "embedder"
WORKERS = 4


@dataclass(frozen=True)
class Broken:
    """A fault of the provider, or of the proxy itself (`inside`), and what the gate then says of it."""

    named: str
    upstream: tuple[Fault, ...] = ()
    inside: Mapping[str, float] = field(default_factory=dict)


BROKEN = {
    "errors of the provider": Broken(
        r"server_error \(origin: provider.*plain failed",
        (Fault(FaultKind.STATUS, models=(PLAIN,), rate=0.3, status=500),),
    ),
    "rate limits": Broken(
        r"rate_limited", (Fault(FaultKind.STATUS, models=(MODELESS,), rate=0.3, status=429, message="slow down"),)
    ),
    "a refused request": Broken(
        r"bad_request", (Fault(FaultKind.STATUS, models=(THINKER,), status=400, message="unknown parameter"),)
    ),
    "empty answers": Broken(r"empty", (Fault(FaultKind.EMPTY, models=(PLAIN,), rate=0.3),)),
    "streams that are cut": Broken(r"chat, streamed", (Fault(FaultKind.CUT_STREAM, only_streams=True),)),
    "a lost piece of a tool call": Broken(
        r"tool call, streamed", (Fault(FaultKind.LOST_CHUNK, position=1, only_streams=True),)
    ),
    "empty embeddings": Broken(r"embedder: embeddings.*empty vector", (Fault(FaultKind.EMPTY, models=(EMBEDDER,)),)),
    "connections that the provider drops": Broken(
        r"server_error", (Fault(FaultKind.DROP, models=(PLAIN,), rate=0.3),)
    ),
    "clients closed under their users": Broken(r"client has been closed.*gateway", inside={"closed": 0.1}),
    "requests that hang in the proxy": Broken(r"timeout", inside={"hang": 0.03}),
}


@contextmanager
def redis(folder: Path) -> Iterator[int]:
    """A Redis of its own; yields its port. Raises FileNotFoundError where none is installed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + LONGEST_WAIT_SECONDS
            while time.monotonic() < deadline:
                with socket.socket() as trying:
                    if trying.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


@dataclass(frozen=True)
class Breakable:
    """A LiteLLM that can be broken from outside and inside."""

    proxy: Proxy
    wishes: Path

    def break_(self, broken: Broken) -> None:
        """Let what is wrong begin now, and nothing else."""
        self.proxy.provider.arm(broken.upstream)
        self.wishes.write_text(json.dumps(dict(broken.inside)))


@pytest.fixture(scope="module")
def breakable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Breakable]:
    models = [Model(PLAIN), Model(MODELESS), Model(THINKER, reasoning_tokens=200), Model(EMBEDDER, "embedding")]
    deployments = (
        Deployment(PLAIN, PLAIN),
        Deployment(MODELESS, MODELESS, None),
        Deployment(THINKER, THINKER),
        Deployment(EMBEDDER, EMBEDDER, "embedding"),
    )
    folder = tmp_path_factory.mktemp("breakable")
    shutil.copy(Path(__file__).with_name("broken_inside.py"), folder)
    wishes = folder / "wishes.json"
    wishes.write_text("{}")
    provider = Gateway(models, key=None, latency_seconds=0.02)
    with redis(folder) as port, serve(provider, idle_seconds=PROVIDERS_IDLE_SECONDS) as upstream:
        settings = (
            "litellm_settings:\n"
            "  cache: true\n"
            f"  cache_params: {{type: redis, host: 127.0.0.1, port: {port}}}\n"
            "  callbacks: [broken_inside.broken_inside]\n"
        )
        with litellm_proxy(deployments, (), settings, upstream.url, folder, workers=WORKERS) as url:
            yield Breakable(Proxy(url, provider, folder / LOG), wishes)


async def gate(observatory: Observatory, breakable: Breakable, broken: Broken) -> Finished:
    """The gate with nothing said but which gateway."""
    await LiteLLMGateway(url=breakable.proxy.url, api_key=SecretStr(MASTER_KEY)).save("people", overwrite=True)
    await deploy_suites()
    breakable.break_(broken)
    async with worker():
        return await observatory.run(release_gate, gateway="people")


async def test_it_passes_healthy(observatory: Observatory, breakable: Breakable) -> None:
    run = await gate(observatory, breakable, Broken(""))
    assert run.state.name == "Completed", run.state.message


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
async def test_it_fails_and_names_what_is_wrong(
    observatory: Observatory, breakable: Breakable, broken: Broken
) -> None:
    run = await gate(observatory, breakable, broken)
    assert run.state.name == "Failed", run.state.message
    said = "\n".join([run.reason, *(outcome.reason for outcome in run.report.suites)])
    assert re.search(broken.named, said), said
