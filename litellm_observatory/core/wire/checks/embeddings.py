"""Checks of embeddings, as a list of numbers and as base64."""

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.wire.checks.check import Check, has_usage, malformed, status, unlike
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.reply import Reply

LONGEST_READ = 65_536
"""Numbers of a vector, or characters of base64, that are read; the longest vectors known have some 12,000 numbers."""


def vector_length(reply: Reply) -> float | None:
    """How many numbers the first vector of an answer has; None when it has none."""
    vector = _vector(_embedding(reply.json))
    return None if vector is None else float(vector.size)


def _embedding(body: Any) -> object:
    match body:
        case {"data": [{"embedding": embedding}, *_]}:
            return embedding
    return None


def _vector(embedding: object) -> NDArray[np.float64] | None:
    """The numbers of an embedding; base64 holds little-endian 32-bit floats. None when it is neither."""
    try:
        if isinstance(embedding, str | list) and len(embedding) > LONGEST_READ:
            return None
        if isinstance(embedding, str):
            return np.frombuffer(base64.b64decode(embedding, validate=True), "<f4").astype(np.float64)
        if isinstance(embedding, list) and all(type(number) in (int, float) for number in embedding):
            return np.array(embedding, np.float64)
    except (binascii.Error, ValueError, OverflowError):
        pass
    return None


def _embedded(kind: type, requested: str) -> Check:
    def find(reply: Reply) -> Failure | None:
        embedding = _embedding(reply.json)
        if embedding is None:
            return unlike(reply, "no embedding")
        if not isinstance(embedding, kind):
            return malformed(f"asked for a {requested}, got a {type(embedding).__name__}")
        vector = _vector(embedding)
        if vector is None:
            return malformed(f"200 but the vector is no {requested} of numbers, or of more than {LONGEST_READ}")
        if not vector.size:
            return Failure(FailureKind.EMPTY, "200 but an empty vector")
        if not np.isfinite(vector).all():
            return malformed("200 but the vector has numbers that are not finite")
        return (
            None if vector.any() else Failure(FailureKind.EMPTY, "200 but a vector of zeros, which is near nothing")
        )

    return Check(find)


embedded_as_floats = status(200) & _embedded(list, "list") & has_usage
"""A vector of finite numbers, as JSON."""
embedded_as_base64 = status(200) & _embedded(str, "base64 text") & has_usage
"""A vector of finite numbers, as base64."""
