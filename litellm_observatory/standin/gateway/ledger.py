"""What the gateway was asked: one small record for every POST, and for every list of tools."""

from dataclasses import dataclass
from typing import Self

from starlette.requests import Request

from litellm_observatory.standin.gateway.formats import Json


@dataclass(frozen=True)
class Received:
    """One request: its ordinal from 0, its arrival in seconds since the schedule was armed, and what it asked.

    The fields of the body are as sent, None when they were not.
    """

    ordinal: int
    request_id: str | None
    path: str
    model: str | None
    at: float
    num_retries: int | None
    disable_fallbacks: bool | None
    max_tokens: int | None
    stream: bool | None

    @classmethod
    def of(cls, request: Request, body: Json, ordinal: int, at: float) -> Self:
        """The record of a request whose body has been read."""
        return cls(
            ordinal=ordinal,
            request_id=request.headers.get("x-request-id"),
            path=request.url.path,
            model=body.get("model"),
            at=at,
            num_retries=body.get("num_retries"),
            disable_fallbacks=body.get("disable_fallbacks"),
            max_tokens=body.get("max_tokens"),
            stream=body.get("stream"),
        )
