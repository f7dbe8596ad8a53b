"""Checks of a gateway's contract: refusals, headers, probes, metrics, tool calls and JSON."""

import re
from collections.abc import Callable, Mapping

from litellm_observatory.core.wire.checks.chat import choice_of
from litellm_observatory.core.wire.checks.check import Check, malformed, quote, status, unlike, wrong_status
from litellm_observatory.core.wire.failures import Failure, FailureKind, presentable
from litellm_observatory.core.wire.reply import Reply, parse_part

_FEATURE = re.compile(r"tool|function|response_format|json_schema|structured|UnsupportedParamsError", re.IGNORECASE)
_NOT_TAKEN = re.compile(
    r"not (?:currently )?support|unsupported|requires --enable|enabled only for|not (?:been )?enabled",
    re.IGNORECASE,
)


def missing_route(path: str) -> Callable[[Reply], str | None]:
    """Why a case is skipped: the gateway does not know the route, and says so in the web framework's words."""

    def why(reply: Reply) -> str | None:
        is_missing = reply.status in (404, 405) and not _is_error(reply)
        return f"the gateway has no {path}" if is_missing else None

    return why


def unsupported(reply: Reply) -> str | None:
    """Why a case is skipped: the model does not take what the case is about, and LiteLLM or its provider says so."""
    if reply.status != 400:
        return None
    said = presentable(reply.error_message)
    if not (_FEATURE.search(said) and _NOT_TAKEN.search(said)):
        return None
    return f"the model does not take it: {quote(said)}"


def _is_error(reply: Reply) -> bool:
    """Whether the body is an error in LiteLLM's shape."""
    match reply.json:
        case {"error": error} if error:
            return True
    return False


def _rejects_stranger(reply: Reply) -> Failure | None:
    """A refusal is any 4xx, and what LiteLLM without a database says to a key that it does not know."""
    if "no_db_connection" in reply.text or 400 <= reply.status < 500:
        return None
    if reply.status < 400:
        return Failure(FailureKind.AUTH, f"a caller without a valid key was let in: answered {reply.status}")
    return wrong_status(reply)


def _rejects_with_error(reply: Reply) -> Failure | None:
    if 400 <= reply.status < 500:
        return None if _is_error(reply) else malformed(f"{reply.status} without an error that says why")
    if reply.status < 400:
        return malformed(f"an invalid request was answered {reply.status}")
    return wrong_status(reply)


rejects_stranger = Check(_rejects_stranger)
"""A caller without a valid key is refused, without a crash."""
rejects_with_error = Check(_rejects_with_error)
"""An invalid request is answered 4xx, with an error that says why."""


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


def _framed_once(reply: Reply) -> Failure | None:
    codings = reply.headers.get("transfer-encoding", "").lower().split(",")
    if len(codings) < 2:
        return None
    return malformed("Transfer-Encoding is given twice, which proxies such as nginx answer with 502 (RFC 9112, 6.1)")


framed_once = Check(_framed_once)
"""The answer says once how it is framed."""


def _lists_models(reply: Reply) -> Failure | None:
    match reply.json:
        case {"data": [{"id": str()}, *_]}:
            return None
    return unlike(reply, "no list of models")


lists_models = Check(_lists_models)
"""The body lists at least one model."""


def _has_metrics(reply: Reply) -> Failure | None:
    return None if "# TYPE " in reply.text else malformed("200 but no metrics")


is_metrics = status(200) & Check(_has_metrics)
"""Prometheus' text format, at the place that was asked for."""


def says_json(expected: Mapping[str, str]) -> Check:
    """The content is this JSON and nothing else."""

    def find(reply: Reply) -> Failure | None:
        match choice_of(reply.json).get("message"):
            case {"content": str() as content} if parse_part(content) == expected:
                return None
            case {"content": content}:
                return malformed(f"JSON by a schema was asked for, but the content is {quote(content)}")
        return malformed("JSON by a schema was asked for, but there is no content")

    return Check(find)
