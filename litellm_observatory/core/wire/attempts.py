"""From a reply to its attempt: judged by its checks, and reduced to its times and the values in its headers."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from litellm_observatory.core.text import break_commands
from litellm_observatory.core.wire.cache import cached_by
from litellm_observatory.core.wire.checks.streams import token_seconds
from litellm_observatory.core.wire.failures import Failure, FailureKind, presentable, trace_of
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Attempt

VERSION_LIMIT = 60
"""Characters kept of a version."""
ID_LIMIT = 100
"""Characters kept of an id; LiteLLM's own have 36 and 64."""


def attempt_of(request: Request, reply: Reply, failure: Failure | None, secret: str) -> Attempt:
    """The attempt of a reply: its headers' values, its times, and the number that was asked for; the body ends here.

    The gateway's ids are kept of a failure alone: they find it in a log, and cleaning them takes time.
    """
    tokens = token_seconds(reply, request.is_token) if request.is_token else ()
    return Attempt(
        seconds=reply.seconds,
        failure=failure,
        first_token_seconds=tokens[0] if tokens else None,
        longest_gap_seconds=_longest_gap(reply, tokens[0]) if tokens else None,
        reading=request.reads(reply) if request.reads and failure is None else None,
        process=request.answered_by(reply) if request.answered_by and failure is None else None,
        overhead_ms=_number(reply.headers, "x-litellm-overhead-duration-ms"),
        retries=int(_number(reply.headers, "x-litellm-attempted-retries") or 0),
        fallbacks=int(_number(reply.headers, "x-litellm-attempted-fallbacks") or 0),
        # The cost of an error is unknown: LiteLLM puts 0 there.
        cost=_number(reply.headers, "x-litellm-response-cost") if reply.status < 400 else None,
        version=_said(reply.headers, "x-litellm-version", secret, VERSION_LIMIT),
        call_id=_said(reply.headers, "x-litellm-call-id", secret, ID_LIMIT) if failure else None,
        model_id=_said(reply.headers, "x-litellm-model-id", secret, ID_LIMIT) if failure else None,
    )


def _said(headers: Mapping[str, str], name: str, secret: str, most: int) -> str | None:
    """A header as one printable line without keys; None when it is absent or empty."""
    said = headers.get(name)
    return (presentable(said, secret, most) or None) if said else None


def _longest_gap(reply: Reply, first_token: float) -> float:
    """The longest time from one chunk of a stream to the next, from its first token on."""
    instants = [seconds for seconds in reply.chunk_seconds if seconds >= first_token]
    return max((after - before for before, after in pairwise(instants)), default=0.0)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    """A header's finite, non-negative number; None when it is absent or anything else."""
    try:
        number = float(headers.get(name, ""))
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


_LOG = logging.getLogger(__name__)


def judge(request: Request, reply: Reply, failure: Failure | None, secret: str) -> Attempt:
    """The attempt that a reply makes, checked unless it failed already.

    A check or a reader that raises has met an answer that it cannot read; that is the answer's failure.
    """
    try:
        return _judge(request, reply, failure, secret)
    except Exception as error:
        unread = replace(request, is_token=None, reads=None, answered_by=None)
        return attempt_of(unread, reply, unreadable(error, request.name, secret), secret)


def _judge(request: Request, reply: Reply, failure: Failure | None, secret: str) -> Attempt:
    skipped = request.absent(reply) if request.absent and failure is None else None
    if failure is None and skipped is None:
        cached = cached_by(reply.headers)
        failure = Failure(FailureKind.CACHED, f"served from a cache ({cached})") if cached else request.check(reply)
    if failure:
        failure = Failure(failure.kind, presentable(failure.message, secret))
    attempt = attempt_of(request, reply, failure, secret)
    return replace(attempt, skipped=skipped) if skipped else attempt


def unreadable(error: Exception, name: str, secret: str) -> Failure:
    """The failure of an answer that broke our own code; one line in the log says so, its trace at level DEBUG."""
    where = traceback.extract_tb(error.__traceback__)[-1].name
    what = f"the answer cannot be read: {type(error).__name__} in {where}"
    _LOG.warning("%s: %s; this may be a fault of the observatory", break_commands(presentable(name)), what)
    if _LOG.isEnabledFor(logging.DEBUG):
        _LOG.debug("%s", trace_of(error, secret))
    return Failure(FailureKind.MALFORMED, what)
