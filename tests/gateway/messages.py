"""Anthropic's Messages API. Events are named, and there is no `[DONE]`."""

from tests.gateway.formats import Asked, Format, Json, halves

USAGE = {"input_tokens": 10, "output_tokens": 20}


def _whole(asked: Asked, content: str | None) -> Json:
    blocks = [] if content is None else [{"type": "text", "text": content}]
    return _message(asked) | {"content": blocks, "stop_reason": "end_turn", "usage": USAGE}


def _chunks(asked: Asked, content: str | None) -> list[Json]:
    start = _message(asked) | {"content": [], "stop_reason": None, "usage": {"input_tokens": 0, "output_tokens": 0}}
    block: list[Json] = []
    if content is not None:
        deltas = [{"type": "text_delta", "text": piece} for piece in halves(content)]
        block = [
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
            {"type": "content_block_stop", "index": 0},
        ]
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    return [
        {"type": "message_start", "message": start},
        *block,
        {"type": "message_delta", "delta": stop, "usage": USAGE},
        {"type": "message_stop"},
    ]


def _error(status: int, message: str) -> Json:
    return {"type": "error", "error": {"type": "api_error", "message": message}}


def _message(asked: Asked) -> Json:
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": asked.model.name, "stop_sequence": None}


MESSAGES = Format("messages", ("chat", None), "messages", _whole, _chunks, _error, names_events=True, says_done=False)
