"""Tool calls on responses and messages: what an agent's client needs of them, whole and streamed."""

import json
from typing import Any

import pytest

from litellm_observatory.core.wire.checks.calls import items_announced, message_calls_tool, response_calls_tool
from tests.core.examples import replied, streamed

ARGUMENTS = {"city": "Paris"}
TEXT = json.dumps(ARGUMENTS)
CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "get_weather", "arguments": TEXT}
USE = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": ARGUMENTS}
ADDED = {"type": "response.output_item.added", "output_index": 0, "item": CALL}
DONE = {"type": "response.output_item.done", "output_index": 0, "item": CALL}


def piece(text: str) -> dict[str, Any]:
    return {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": text}


def ended(*output: object) -> dict[str, Any]:
    return {"type": "response.completed", "response": {"output": list(output)}}


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ([CALL], None),
        ([{"type": "reasoning"}, CALL], None),
        ([{"type": "message", "content": []}], "was to be called, but what was called is nothing"),
        ([CALL | {"name": "other"}], "what was called is other"),
        ([CALL, CALL], "what was called is get_weather, get_weather"),
        ([CALL | {"arguments": "{}"}], "the arguments of the call are {}"),
        ([CALL | {"arguments": None}], "the arguments of the call are None"),
        ("no list", "what was called is nothing"),
    ],
)
def test_a_response_calls_the_tool(output: object, said: str | None) -> None:
    failure = response_calls_tool("get_weather", ARGUMENTS, stream=False)(replied({"output": output}))

    assert failure is None if said is None else said in str(failure)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([ADDED, piece(TEXT[:5]), piece(TEXT[5:]), DONE, ended(CALL)], None),
        ([ADDED, DONE, ended(CALL)], "the pieces of the call's arguments are missing"),
        ([ADDED, piece(TEXT), DONE, ended()], "what was called is nothing"),
    ],
)
def test_the_pieces_of_a_streamed_response_are_its_call(events: list[object], said: str | None) -> None:
    failure = response_calls_tool("get_weather", ARGUMENTS, stream=True)(streamed(events))

    assert failure is None if said is None else said in str(failure)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([ADDED, piece(TEXT), DONE], None),
        ([ADDED, DONE, DONE | {"output_index": 1}], "response.output_item.done of an item that no"),
        ([piece(TEXT), ADDED, DONE], "response.function_call_arguments.delta of an item that no"),
        ([{"type": "response.output_text.done", "output_index": [1]}], "response.output_text.done of an item"),
        ([{"type": "response.created"}, "no JSON", None], None),
    ],
)
def test_each_item_of_a_stream_is_announced_before_its_pieces(events: list[object], said: str | None) -> None:
    """LiteLLM #37852: an empty message was closed after the call that had never been opened."""
    failure = items_announced(streamed(events))

    assert failure is None if said is None else said in str(failure)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"content": [USE], "stop_reason": "tool_use"}, None),
        ({"content": [{"type": "text", "text": "Now."}, USE], "stop_reason": "tool_use"}, None),
        ({"content": [USE], "stop_reason": "end_turn"}, "a tool was called, but the stop_reason is end_turn"),
        ({"content": [USE | {"input": {}}], "stop_reason": "tool_use"}, "the arguments of the call are {}"),
        ({"content": "text"}, "what was called is nothing"),
        ([], "what was called is nothing"),
    ],
)
def test_a_message_calls_the_tool(message: object, said: str | None) -> None:
    failure = message_calls_tool("get_weather", ARGUMENTS, stream=False)(replied(message))

    assert failure is None if said is None else said in str(failure)


def start(**changes: object) -> dict[str, Any]:
    return {"type": "content_block_start", "index": 1, "content_block": USE | {"input": {}} | changes}


def input_piece(text: str) -> dict[str, Any]:
    delta = {"type": "input_json_delta", "partial_json": text}
    return {"type": "content_block_delta", "index": 1, "delta": delta}


def stop(reason: str) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason}}


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([start(), input_piece(TEXT[:5]), input_piece(TEXT[5:]), stop("tool_use")], None),
        ([start(input=ARGUMENTS), stop("tool_use")], None),
        ([start(), stop("tool_use")], "the arguments of the call are {}"),
        ([start(), input_piece(TEXT), stop("end_turn")], "the stop_reason is end_turn"),
        ([stop("end_turn")], "what was called is nothing"),
    ],
)
def test_the_pieces_of_a_streamed_message_are_its_call(events: list[object], said: str | None) -> None:
    """LiteLLM #25561: the block came, its arguments did not."""
    failure = message_calls_tool("get_weather", ARGUMENTS, stream=True)(streamed(events, end=""))

    assert failure is None if said is None else said in str(failure)
