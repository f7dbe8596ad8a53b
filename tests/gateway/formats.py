"""LiteLLM's bodies and headers, as measured on a real 1.106.2 without a database."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

Json = dict[str, Any]

OVERHEAD_MS = 1.5  # what the stand-in says it took itself, on top of the provider's time
USAGE = {"completion_tokens": 20, "prompt_tokens": 10, "total_tokens": 30}
CREATED = 1677610602  # what LiteLLM says of every model

_ERROR_TYPES = {401: "auth_error", 429: "throttling_error"}


@dataclass(frozen=True)
class Model:
    """A model the gateway serves; `mode` as in LiteLLM's cost map ("chat", "embedding", None: not known)."""

    name: str
    mode: str | None = "chat"

    @property
    def id(self) -> str:
        """LiteLLM's deployment id: a hash, the same in every run."""
        return sha256(self.name.encode()).hexdigest()

    def listed(self) -> Json:
        """The model's entry in `/v1/models`."""
        entry = {"id": self.name, "object": "model", "created": CREATED, "owned_by": "openai"}
        return entry if self.mode is None else entry | {"mode": self.mode}

    def info(self) -> Json:
        """The model's entry in `/model/info`."""
        return {
            "model_name": self.name,
            "litellm_params": {"model": f"openai/{self.name}"},
            "model_info": {"id": self.id, "mode": self.mode},
        }


def completion(model: str, content: str | None) -> Json:
    """A chat completion that says `content`; with None it has no choices."""
    message = {"content": content, "role": "assistant"}
    choices = [] if content is None else [{"finish_reason": "stop", "index": 0, "message": message}]
    return _envelope("chat.completion", model) | {"choices": choices, "usage": USAGE}


def chunks(model: str, content: str | None, *, usage: bool) -> Iterator[Json]:
    """The same answer in pieces: the content in two, the finish, and the usage if it was asked for."""
    envelope = _envelope("chat.completion.chunk", model)
    if content is None:
        yield envelope | {"choices": []}
    else:
        half = (len(content) + 1) // 2
        pieces = [{"role": "assistant", "content": content[:half]}, {"content": content[half:]}]
        for delta in pieces:
            yield envelope | {"choices": [{"index": 0, "delta": delta}]}
        yield envelope | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    if usage:
        yield envelope | {"choices": [{"index": 0, "delta": {}}], "usage": USAGE}


def error(status: int, message: str, type_: str | None = None) -> Json:
    """LiteLLM's error body; the type follows from the status unless it is given."""
    by_status = _ERROR_TYPES.get(status, "internal_server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": type_ or by_status, "param": None, "code": str(status)}}


def success_headers(model: Model, version: str, provider_seconds: float, retries: int = 0) -> dict[str, str]:
    """The headers of an answer; a rescued one counts the gateway's own `retries`."""
    return {
        "x-litellm-call-id": str(uuid4()),
        "x-litellm-model-id": model.id,
        "x-litellm-model-api-base": "https://provider.example/v1",
        "x-litellm-model-group": model.name,
        "x-litellm-version": version,
        "x-litellm-response-cost": "1.35e-05",
        "x-litellm-response-duration-ms": f"{provider_seconds * 1000 + OVERHEAD_MS:.3f}",
        "x-litellm-overhead-duration-ms": f"{OVERHEAD_MS}",
        "x-litellm-attempted-retries": str(retries),
        "x-litellm-attempted-fallbacks": "0",
    }


def error_headers() -> dict[str, str]:
    """The headers of an error: no model, no version, no retry count."""
    return {
        "x-litellm-call-id": str(uuid4()),
        "x-litellm-timeout": "600.0",
        "x-litellm-response-cost": "0.0",
        "x-litellm-key-spend": "0.0",
    }


def _envelope(kind: str, model: str) -> Json:
    return {"id": f"chatcmpl-{uuid4()}", "created": int(time.time()), "model": model, "object": kind}
