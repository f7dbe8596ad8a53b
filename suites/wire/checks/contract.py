"""Checks of a gateway's contract: refusals, headers, probes, metrics, tool calls and JSON."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from suites.wire.checks.chat import choice_of, finish_reason_of_stream
from suites.wire.checks.check import Check, malformed, quoted, status, unlike, wrong_status
from suites.wire.failures import Failure, FailureKind
from suites.wire.reply import Reply
from suites.wire.text import string

LONGEST_READ = 4096
"""Characters of JSON inside of an answer that are read; what is asked for takes some twenty."""


def missing_route(path: str) -> Callable[[Reply], str | None]:
    """Why a case is skipped: the gateway does not know the route, and says so in the web framework's words."""

    def why(reply: Reply) -> str | None:
        is_missing = reply.status in (404, 405) and not _is_error(reply)
        return f"the gateway has no {path}" if is_missing else None

    return why


def unsupported(reply: Reply) -> str | None:
    """Why a case is skipped: LiteLLM says that the model does not take what the case is about."""
    is_unsupported = reply.status == 400 and "UnsupportedParamsError" in reply.error_message
    return "the model does not take it, LiteLLM says" if is_unsupported else None


def _is_error(reply: Reply) -> bool:
    """Whether the body is an error in LiteLLM's shape."""
    match reply.json:
        case {"error": error} if error:
            return True
    return False


def _keeps_out(reply: Reply) -> Failure | None:
    """A refusal is any 4xx, and what LiteLLM without a database says to a key that it does not know."""
    if "no_db_connection" in reply.text or 400 <= reply.status < 500:
        return None
    if reply.status < 400:
        return Failure(FailureKind.AUTH, f"a stranger was let in: answered {reply.status}")
    return wrong_status(reply)


def _complains(reply: Reply) -> Failure | None:
    if 400 <= reply.status < 500:
        return None if _is_error(reply) else malformed(f"{reply.status} without an error that says why")
    if reply.status < 400:
        return malformed(f"what makes no sense was answered {reply.status}")
    return wrong_status(reply)


keeps_out = Check(_keeps_out)
"""A caller without a good key gets nothing, and no crash."""
complains = Check(_complains)
"""What makes no sense is answered 4xx, with an error that says why."""


def within(seconds: float) -> Check:
    """The whole answer came in time."""

    def find(reply: Reply) -> Failure | None:
        if reply.seconds <= seconds:
            return None
        return Failure(FailureKind.TIMEOUT, f"answered after {reply.seconds:.1f} s, {seconds:g} s are allowed")

    return Check(find)


def has_headers(*names: str) -> Check:
    """All of these headers are there, and say something."""

    def find(reply: Reply) -> Failure | None:
        missing = [name for name in names if not reply.headers.get(name)]
        return malformed(f"200 but without the header {', '.join(missing)}") if missing else None

    return Check(find)


def _lists_models(reply: Reply) -> Failure | None:
    match reply.json:
        case {"data": [{"id": str()}, *_]}:
            return None
    return unlike(reply, "no list of models")


lists_models = Check(_lists_models)
"""The body lists at least one model."""


def _tells_metrics(reply: Reply) -> Failure | None:
    return None if "# TYPE " in reply.text else malformed("200 but no metrics")


is_metrics = status(200) & Check(_tells_metrics)
"""Prometheus' text format, at the place that was asked for."""


def calls_tool(name: str, arguments: Mapping[str, str]) -> Check:
    """The answer is exactly this call, and says that it is one."""

    def find(reply: Reply) -> Failure | None:
        choice = choice_of(reply.json)
        calls = _calls([choice.get("message")])
        return _is_call(calls, choice.get("finish_reason"), name, arguments)

    return Check(find)


def stream_calls_tool(name: str, arguments: Mapping[str, str]) -> Check:
    """The same of a stream, whose pieces must make up the call."""

    def find(reply: Reply) -> Failure | None:
        calls = _calls([choice_of(chunk).get("delta") for chunk in reply.chunks])
        return _is_call(calls, finish_reason_of_stream(reply), name, arguments)

    return Check(find)


def _calls(messages: list[Any]) -> tuple[str, str]:
    """The names and the arguments of all calls in a message, or in the pieces of one."""
    names = texts = ""
    for message in messages:
        match message:
            case {"tool_calls": list() as calls}:
                functions = [call["function"] for call in calls if isinstance(call, dict) and call.get("function")]
                found = [function for function in functions if isinstance(function, dict)]
                names += "".join(string(function.get("name")) for function in found)
                texts += "".join(string(function.get("arguments")) for function in found)
    return names, texts


def _is_call(
    calls: tuple[str, str], finish_reason: object, name: str, arguments: Mapping[str, str]
) -> Failure | None:
    names, text = calls
    if names != name:
        return malformed(f"the tool {name} was to be called, but what was called is {quoted(names) or 'nothing'}")
    if _parsed(text) != arguments:
        return malformed(f"the arguments of the call are {quoted(text) or 'missing'}")
    if finish_reason != "tool_calls":
        return malformed(f"a tool was called, but the finish_reason is {quoted(finish_reason)}")
    return None


def says_json(expected: Mapping[str, str]) -> Check:
    """The content is this JSON and nothing else."""

    def find(reply: Reply) -> Failure | None:
        match choice_of(reply.json).get("message"):
            case {"content": str() as content} if _parsed(content) == expected:
                return None
            case {"content": content}:
                return malformed(f"JSON by a schema was asked for, but the content is {quoted(content)}")
        return malformed("JSON by a schema was asked for, but there is no content")

    return Check(find)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if len(text) <= LONGEST_READ else None
    except (ValueError, RecursionError):
        return None
