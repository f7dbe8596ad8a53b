"""Judging one answer: its checks, and what is kept of it. Nothing that they raise leaves this module."""

import logging
import traceback
from dataclasses import replace

from litellm_observatory.core.text import break_commands
from litellm_observatory.core.wire.attempts import attempt_of
from litellm_observatory.core.wire.cache import cached_by
from litellm_observatory.core.wire.failures import Failure, FailureKind, presentable, trace_of
from litellm_observatory.core.wire.reply import Reply
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Attempt

_LOG = logging.getLogger(__name__)


def judge(
    request: Request, reply: Reply, failure: Failure | None, first_byte_seconds: float | None, secret: str
) -> Attempt:
    """The attempt that a reply makes, checked unless it failed already.

    A check or a reader that raises has met an answer that it cannot read; that is the answer's failure.
    """
    try:
        return _judge(request, reply, failure, first_byte_seconds, secret)
    except Exception as error:
        unread = replace(request, is_token=None, reads=None, answered_by=None)
        return attempt_of(unread, reply, unreadable(error, request.name, secret), first_byte_seconds, secret)


def _judge(
    request: Request, reply: Reply, failure: Failure | None, first_byte_seconds: float | None, secret: str
) -> Attempt:
    skipped = request.absent(reply) if request.absent and failure is None else None
    if failure is None and skipped is None:
        cached = cached_by(reply.headers)
        failure = Failure(FailureKind.CACHED, f"served from a cache ({cached})") if cached else request.check(reply)
    if failure:
        failure = Failure(failure.kind, presentable(failure.message, secret))
    attempt = attempt_of(request, reply, failure, first_byte_seconds, secret)
    return replace(attempt, skipped=skipped) if skipped else attempt


def unreadable(error: Exception, name: str, secret: str) -> Failure:
    """The failure of an answer that broke our own code; one line in the log says so, its trace at level DEBUG."""
    where = traceback.extract_tb(error.__traceback__)[-1].name
    what = f"the answer cannot be read: {type(error).__name__} in {where}"
    _LOG.warning("%s: %s; this may be a fault of the observatory", break_commands(presentable(name)), what)
    if _LOG.isEnabledFor(logging.DEBUG):
        _LOG.debug("%s", trace_of(error, secret))
    return Failure(FailureKind.MALFORMED, what)
