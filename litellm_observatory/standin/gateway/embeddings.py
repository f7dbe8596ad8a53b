"""Embeddings, as numbers and as base64 of little-endian 32-bit floats."""

import base64
import struct

from litellm_observatory.standin.gateway.formats import Asked, Format, Json, error

VECTOR = (0.25, -0.5, 0.125, 1.0)


def embeddings(asked: Asked, vector: tuple[float, ...], *, as_base64: bool) -> Json:
    """The answer with one vector; Python's JSON knows NaN, as the field's clients do."""
    encoded = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    entry = {"object": "embedding", "index": 0, "embedding": encoded if as_base64 else list(vector)}
    return {
        "object": "list",
        "model": asked.model.name,
        "data": [entry],
        "usage": {"prompt_tokens": 3, "total_tokens": 3},
    }


def wants_base64(asked: Asked) -> bool:
    """Which encoding is asked for."""
    return asked.body.get("encoding_format") == "base64"


def _whole(asked: Asked, content: str | None) -> Json:
    if content is None:
        return embeddings(asked, (), as_base64=False) | {"data": []}
    return embeddings(asked, VECTOR if content else (), as_base64=wants_base64(asked))


def _no_chunks(asked: Asked, content: str | None) -> list[Json]:
    raise NotImplementedError("embeddings are not streamed")


EMBEDDINGS = Format("embeddings", ("embedding", None), "input", _whole, _no_chunks, error)
