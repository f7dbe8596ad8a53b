"""LiteLLM's bodies and headers, as measured on a real 1.106.2 without a database."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse

Json = dict[str, Any]

OVERHEAD_MS = 1.5  # what the stand-in says it took itself, on top of the provider's time
CREATED = 1677610602  # what LiteLLM says of every model

_ERROR_TYPES = {401: "auth_error", 429: "throttling_error"}


class Escaped(JSONResponse):
    """JSON in ASCII, which says whatever a string may hold: half of a surrogate pair is no UTF-8."""

    def render(self, content: Any) -> bytes:
        """The body."""
        return json.dumps(content).encode()


@dataclass(frozen=True)
class Model:
    """A model the gateway serves; `mode` as in LiteLLM's cost map ("chat", "embedding", None: not known)."""

    name: str
    mode: str | None = "chat"
    reasoning_tokens: int = 0
    """Tokens that it spends on reasoning before it says anything."""
    price: tuple[float, float] | None = None
    """What a token costs, in dollars: one that is sent, and one of the answer."""

    @property
    def id(self) -> str:
        """LiteLLM's deployment id: a hash, the same in every run."""
        return sha256(self.name.encode(errors="surrogatepass")).hexdigest()

    def listed(self) -> Json:
        """The model's entry in `/v1/models`."""
        entry = {"id": self.name, "object": "model", "created": CREATED, "owned_by": "openai"}
        return entry if self.mode is None else entry | {"mode": self.mode}

    def info(self) -> Json:
        """The model's entry in `/model/info`."""
        return {
            "model_name": self.name,
            "litellm_params": {"model": f"openai/{self.name}"},
            "model_info": {
                "id": self.id,
                "mode": self.mode,
                "input_cost_per_token": self.price[0] if self.price else None,
                "output_cost_per_token": self.price[1] if self.price else None,
                "supports_reasoning": True if self.reasoning_tokens else None,
            },
        }


@dataclass(frozen=True)
class Asked:
    """What an answer depends on; `seconds` is how long the provider is said to have taken."""

    model: Model
    body: Mapping[str, Any]
    authorization: str
    version: str
    seconds: float
    chunk_seconds: float = 0.0
    """The time from one chunk of a stream to the next."""
    finish_of_calls: str = "tool_calls"
    refusal: str = ""
    """What the model says where it will not answer."""

    @property
    def spent(self) -> int:
        """The bound on tokens, where reasoning has spent all of it; 0 where something is said."""
        bounds = (self.body.get(name) for name in ("max_tokens", "max_completion_tokens", "max_output_tokens"))
        bound = next((bound for bound in bounds if isinstance(bound, int)), 0)
        return bound if bound <= self.model.reasoning_tokens else 0

    @property
    def stream(self) -> bool:
        """Whether a stream is asked for."""
        return bool(self.body.get("stream"))


@dataclass(frozen=True)
class Format:
    """How one endpoint answers `content`, as a whole or in chunks; None instead of it means no choices at all.

    `names_events` and `says_done` tell how its streams look; `error_event` is what ends a broken one.
    """

    what: str
    modes: tuple[str | None, ...]
    needs: str
    """The field without which a request is malformed."""
    whole: Callable[[Asked, str | None], Json]
    chunks: Callable[[Asked, str | None], Sequence[Json]]
    error_event: Callable[[int, str], Json]
    names_events: bool = False
    says_done: bool = True


def error(status: int, message: str, type_: str | None = None) -> Json:
    """LiteLLM's error body; the type follows from the status unless it is given."""
    by_status = _ERROR_TYPES.get(status, "internal_server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": type_ or by_status, "param": None, "code": str(status)}}


def success_headers(model: Model, version: str, provider_seconds: float) -> dict[str, str]:
    """The headers of an answer that took no rescue."""
    return {
        "x-litellm-call-id": str(uuid4()),
        "x-litellm-model-id": model.id,
        "x-litellm-model-api-base": "https://provider.example/v1",
        "x-litellm-model-group": model.name,
        "x-litellm-version": version,
        "x-litellm-response-cost": "1.35e-05",
        "x-litellm-response-duration-ms": f"{provider_seconds * 1000 + OVERHEAD_MS:.3f}",
        "x-litellm-overhead-duration-ms": f"{OVERHEAD_MS}",
        "x-litellm-attempted-retries": "0",
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


def example_arguments(schema: Mapping[str, Any]) -> str:
    """The JSON of an object as a schema of flat strings wants it."""
    return json.dumps({name: field.get("enum", ["ok"])[0] for name, field in schema["properties"].items()})


def halves(text: str) -> tuple[str, str]:
    """A text in two pieces."""
    half = (len(text) + 1) // 2
    return text[:half], text[half:]
