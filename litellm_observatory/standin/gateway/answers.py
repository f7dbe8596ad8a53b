"""The answer to one request: clean, or as its fault wants it."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from litellm_observatory.standin.gateway.broken import CutBody, Drop, Hang
from litellm_observatory.standin.gateway.embeddings import VECTOR, embeddings, wants_base64
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.formats import (
    Asked,
    Escaped,
    Format,
    Json,
    error,
    error_headers,
    success_headers,
)

CONTENT = "hello"
HUGE_BYTES = 10_000_000
RETRIES, FALLBACKS = "x-litellm-attempted-retries", "x-litellm-attempted-fallbacks"
DURATION, OVERHEAD = "x-litellm-response-duration-ms", "x-litellm-overhead-duration-ms"
HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
FOREVER = 3600.0


def answer(format_: Format, asked: Asked, fault: Fault | None) -> Response:
    """The response a caller gets; a fault without a shape of its own (slow) gets the clean one."""
    if fault is None or (fault.only_streams and not asked.stream):
        return _says(format_, asked, CONTENT)
    match fault.kind:
        case FaultKind.STATUS:
            return refuse(fault.status, fault.message)
        case FaultKind.ECHO_KEY:
            return refuse(fault.status, f"{fault.message} Authorization: {asked.authorization}")
        case FaultKind.HANG:
            return Hang()
        case FaultKind.DROP:
            return Drop()
        case FaultKind.MALFORMED:
            return HTMLResponse(HTML)
        case FaultKind.EMPTY:
            return _says(format_, asked, "")
        case FaultKind.REFUSAL:
            return _says(format_, replace(asked, refusal="I cannot help with that."), CONTENT)
        case FaultKind.NO_CHOICES:
            return _says(format_, asked, None)
        case FaultKind.HUGE:
            return _says(format_, asked, "x" * HUGE_BYTES)
        case FaultKind.RESCUED:
            return _says(format_, asked, CONTENT, {RETRIES: "2"})
        case FaultKind.FALLEN_BACK:
            return _says(format_, asked, CONTENT, {FALLBACKS: "1"})
        case FaultKind.OVERHEAD:
            return _says(format_, asked, CONTENT, {OVERHEAD: f"{fault.seconds * 1000}"})
        case FaultKind.CUT_STREAM:
            return _cut(format_, asked, fault)
        case FaultKind.NO_HEADERS:
            return _without_timing(_says(format_, asked, CONTENT))
        case FaultKind.WRONG_FINISH:
            return _says(format_, replace(asked, finish_of_calls="stop"), CONTENT)
        case FaultKind.LOST_CHUNK | FaultKind.STALLED | FaultKind.BUFFERED if asked.stream:
            return _disturbed(format_, asked, fault)
        case FaultKind.OTHER_LENGTH | FaultKind.NOT_FINITE | FaultKind.WRONG_ENCODING:
            vector = json.dumps(_vector(asked, fault))  # knows numbers that are none, as JSONResponse does not
            return Response(vector, headers=_headers(asked), media_type="application/json")
        case _:
            return _says(format_, asked, CONTENT)


def refuse(status: int, message: str, type_: str | None = None) -> Response:
    """An error in LiteLLM's body and headers; the type follows from the status unless it is given."""
    return Escaped(error(status, message, type_), status, error_headers())


def _says(format_: Format, asked: Asked, content: str | None, changes: Mapping[str, str] | None = None) -> Response:
    """The answer, with some headers changed."""
    headers = _headers(asked) | dict(changes or {})
    if asked.stream:
        events = _events(format_, format_.chunks(asked, content))
        return _stream([*events, *_done(format_)], headers, asked.chunk_seconds)
    return JSONResponse(format_.whole(asked, content), headers=headers)


def _without_timing(response: Response) -> Response:
    """The response without the headers that tell times."""
    for name in (DURATION, OVERHEAD):
        del response.headers[name]
    return response


def _cut(format_: Format, asked: Asked, fault: Fault) -> Response:
    if asked.stream:
        first = format_.chunks(asked, CONTENT)[0]
        broken = [first, format_.error_event(fault.status, fault.message)]
        return _stream(_events(format_, broken), _headers(asked), asked.chunk_seconds)
    whole = json.dumps(format_.whole(asked, CONTENT))
    return CutBody(whole, headers=_headers(asked), media_type="application/json")


def _disturbed(format_: Format, asked: Asked, fault: Fault) -> Response:
    """A stream without one of its chunks, one that goes silent, or one that comes all at once at its end."""
    chunks = list(format_.chunks(asked, CONTENT))
    pause = asked.chunk_seconds
    before = 0.0
    match fault.kind:
        case FaultKind.LOST_CHUNK:
            del chunks[fault.position]
        case FaultKind.STALLED:
            return _stream(_events(format_, chunks[: len(chunks) // 2]), _headers(asked), pause, after=FOREVER)
        case FaultKind.BUFFERED:
            before, pause = pause * len(chunks), 0.0
    return _stream([*_events(format_, chunks), *_done(format_)], _headers(asked), pause, before=before)


def _vector(asked: Asked, fault: Fault) -> Json:
    """An embedding of another length, with a number that is none, or in the other encoding."""
    vector: tuple[float, ...] = VECTOR
    as_base64 = wants_base64(asked)
    match fault.kind:
        case FaultKind.OTHER_LENGTH:
            vector = VECTOR[:-1]
        case FaultKind.NOT_FINITE:
            vector = (math.inf, *VECTOR[1:])
        case FaultKind.WRONG_ENCODING:
            as_base64 = False
    return embeddings(asked, vector, as_base64=as_base64)


def _headers(asked: Asked) -> dict[str, str]:
    return success_headers(asked.model, asked.version, asked.seconds)


def _events(format_: Format, chunks: Sequence[Json]) -> list[bytes]:
    names = (f"event: {chunk['type']}\n" if format_.names_events else "" for chunk in chunks)
    return [f"{name}data: {json.dumps(chunk)}\n\n".encode() for name, chunk in zip(names, chunks, strict=True)]


def _done(format_: Format) -> list[bytes]:
    return [b"data: [DONE]\n\n"] if format_.says_done else []


def _stream(
    events: Sequence[bytes], headers: dict[str, str], pause: float, before: float = 0.0, after: float = 0.0
) -> Response:
    async def body() -> AsyncIterator[bytes]:
        await asyncio.sleep(before)
        for event in events:
            yield event
            await asyncio.sleep(pause)
        await asyncio.sleep(after)

    return StreamingResponse(body(), headers=headers, media_type="text/event-stream")
