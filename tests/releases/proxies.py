"""A release at work: its proxy, configured with every model that a probe or a suite asks for, before the provider."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from litellm_observatory.core.wire.gateway import Gateway
from tests.field.litellm_proxy import MASTER_KEY, run_proxy
from tests.releases.environments import ensure_environment
from tests.releases.probes import PROBED_TTL_SECONDS
from tests.releases.provider.app import SERVERS

ROOT = Path(__file__).parents[2]
SHORTENED = Path(__file__).parent / "shortened"


@dataclass(frozen=True, slots=True)
class Model:
    """One model of the proxy: what LiteLLM calls it, below which path of the provider, and its mode."""

    name: str
    litellm: str
    path: str = "/v1"
    mode: str = "chat"


USUAL = (
    Model("gpt-4o-mini", "openai/gpt-4o-mini"),
    Model("azure-gpt-4o", "azure/gpt-4o", ""),
    Model("claude", "anthropic/claude-sonnet-4-20250514", "/anthropic"),
    Model("gemini", "gemini/gemini-2.5-flash", "/gemini"),
    Model("embedder", "openai/text-embedding-3-small", mode="embedding"),
)
"""What a healthy gateway serves."""

TROUBLED = (
    *(
        Model(name, litellm, mode="completion")  # a mode that a run over all chat models leaves out
        for name, litellm in (
            ("broken-chat", "openai/broken-1"),
            ("broken-responses", "openai/broken-2"),
            ("broken-messages", "openai/broken-3"),
            ("beside", "openai/usage-beside-choice"),
            ("custom", "openai/my-custom"),
            ("refused", "openai/status-429"),
            ("fallen", "openai/status-500"),
        )
    ),
    Model("strict-embedder", "openai/text-embedding-3-small", "/vllm/v1", "embedding"),
)
"""What regressions are shown by, beside the usual: providers that fail, and such that differ from OpenAI."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A proxy: its models, whether one failure benches a model, and whether its HTTP clients expire soon.

    `plain`: its key is no administrator's. Without a database only the owner's own authentication has such keys.
    """

    models: tuple[Model, ...]
    benches: bool = False
    expires: bool = False
    plain: bool = False


USUAL_SETTING = Setting((*USUAL, *TROUBLED))
HEALTHY_OPENAI = Setting((*USUAL[:2], USUAL[-1]))
BENCHING = Setting((Model("slow", "openai/slow"),), benches=True)
EXPIRING = Setting(USUAL[:2], expires=True)
PLAIN_KEY = Setting(USUAL[:2], plain=True)

OWN_AUTHENTICATION = f"""
from litellm.proxy._types import UserAPIKeyAuth

async def authenticate(request, api_key):
    if api_key == "{MASTER_KEY}" or request.url.path.startswith("/health"):
        return UserAPIKeyAuth(api_key=api_key)
    raise Exception("no such key")
"""


@contextmanager
def release(version: str, setting: Setting) -> Iterator[Gateway]:
    """The proxy of a release; it and its provider are ended on leaving."""
    litellm = ensure_environment(version)
    environment = {"PYTHONPATH": str(SHORTENED), "CLIENT_TTL_SECONDS": str(PROBED_TTL_SECONDS)}
    with _provider() as upstream, tempfile.TemporaryDirectory() as folder:
        if setting.plain:
            Path(folder, "own.py").write_text(OWN_AUTHENTICATION)
        configured = config(setting, upstream)
        with run_proxy(litellm, configured, Path(folder), environment if setting.expires else {}) as url:
            yield Gateway(version, url, MASTER_KEY)


@contextmanager
def _provider() -> Iterator[str]:
    """The URL of the provider, in a process of its own: beside our client it would wait for it. Ended on leaving."""
    command = [sys.executable, "-m", "tests.releases.provider.app"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def config(setting: Setting, url: str) -> str:
    """The proxy's YAML. Each model has a key of its own: those that share one would share an HTTP client."""
    models = [
        {
            "model_name": model.name,
            "litellm_params": {
                "model": model.litellm,
                "api_base": url + model.path,
                "api_key": f"provider-key-of-{model.name}",
                **({"api_version": "2025-03-01-preview"} if model.litellm.startswith("azure/") else {}),
            },
            "model_info": {"mode": model.mode},
        }
        for model in setting.models
    ]
    whole = {
        "model_list": models,
        "mcp_servers": {server: {"url": f"{url}/mcp/{server}", "transport": "http"} for server in SERVERS},
        "litellm_settings": {"callbacks": ["prometheus"]},
        "router_settings": {"allowed_fails": 0, "cooldown_time": 30} if setting.benches else {},
        "general_settings": {"custom_auth": "own.authenticate"} if setting.plain else {},
    }
    text: str = yaml.safe_dump(whole)
    return text
