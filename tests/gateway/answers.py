"""The answer to one chat request: clean, or as its fault wants it."""

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from tests.gateway.broken import CutBody, Drop, Hang
from tests.gateway.faults import Fault, FaultKind
from tests.gateway.formats import Json, Model, chunks, completion, error, error_headers, success_headers

CONTENT = "hello"
HUGE_BYTES = 10_000_000
RETRIES_OF_A_RESCUE = 2
HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class Chat:
    """What an answer depends on; `seconds` is how long the provider is said to have taken."""

    model: Model
    stream: bool
    include_usage: bool
    authorization: str
    version: str
    seconds: float


def answer(chat: Chat, fault: Fault | None) -> Response:
    """The response a caller gets; a fault without a shape of its own (slow) gets the clean one."""
    if fault is None:
        return _says(chat, CONTENT)
    match fault.kind:
        case FaultKind.STATUS:
            return refuse(fault.status, fault.message)
        case FaultKind.ECHO_KEY:
            return refuse(fault.status, f"{fault.message} Authorization: {chat.authorization}")
        case FaultKind.HANG:
            return Hang()
        case FaultKind.DROP:
            return Drop()
        case FaultKind.MALFORMED:
            return HTMLResponse(HTML)
        case FaultKind.EMPTY:
            return _says(chat, "")
        case FaultKind.NO_CHOICES:
            return _says(chat, None)
        case FaultKind.HUGE:
            return _says(chat, "x" * HUGE_BYTES)
        case FaultKind.RESCUED:
            return _says(chat, CONTENT, RETRIES_OF_A_RESCUE)
        case FaultKind.CUT_STREAM:
            return _cut(chat, fault)
        case FaultKind.SLOW | FaultKind.REDEPLOYED:
            return _says(chat, CONTENT)


def refuse(status: int, message: str, type_: str | None = None) -> Response:
    """An error in LiteLLM's body and headers; the type follows from the status unless it is given."""
    return JSONResponse(error(status, message, type_), status, error_headers())


def _says(chat: Chat, content: str | None, retries: int = 0) -> Response:
    headers = _headers(chat, retries)
    if chat.stream:
        events = [_event(chunk) for chunk in chunks(chat.model.name, content, usage=chat.include_usage)]
        return _stream([*events, b"data: [DONE]\n\n"], headers)
    return JSONResponse(completion(chat.model.name, content), headers=headers)


def _cut(chat: Chat, fault: Fault) -> Response:
    if chat.stream:
        first = next(chunks(chat.model.name, CONTENT, usage=False))
        return _stream([_event(first), _event(error(fault.status, fault.message))], _headers(chat))
    whole = json.dumps(completion(chat.model.name, CONTENT))
    return CutBody(whole, headers=_headers(chat), media_type="application/json")


def _headers(chat: Chat, retries: int = 0) -> dict[str, str]:
    return success_headers(chat.model, chat.version, chat.seconds, retries)


def _event(data: Json) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


def _stream(events: Iterable[bytes], headers: dict[str, str]) -> Response:
    async def body() -> AsyncIterator[bytes]:
        for event in events:
            yield event

    return StreamingResponse(body(), headers=headers, media_type="text/event-stream")
