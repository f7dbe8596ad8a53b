"""The failures that network errors stand for."""

import aiohttp
import httpx

from litellm_observatory.core.wire.failures import Failure, FailureKind


def failure_of(error: Exception, *, begun: bool, stale: bool = False) -> Failure:
    """The failure of a network error, by aiohttp's own exception: httpx-aiohttp maps many to ConnectTimeout.

    `begun` says whether any of the answer had come, `stale` whether the connection may have been closed as idle.
    """
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    said = str(cause) or type(cause).__name__
    match cause:
        case aiohttp.ServerTimeoutError() | httpx.TimeoutException():
            return Failure(FailureKind.TIMEOUT, said)
        case aiohttp.ClientConnectorError():
            return Failure(FailureKind.CONNECTION, f"could not connect: {cause.os_error.strerror or said}")
        case UnicodeEncodeError(encoding="utf-8"):  # httpx-aiohttp 0.2 encodes the reason phrase, whatever it is
            return Failure(FailureKind.MALFORMED, "no valid HTTP: the status line is no UTF-8")
        case UnicodeError() | aiohttp.InvalidURL():
            return Failure(FailureKind.CONNECTION, f"could not connect: the URL cannot be used ({said})")
        case aiohttp.ClientResponseError() | httpx.DecodingError():
            return Failure(FailureKind.MALFORMED, f"no valid HTTP: {getattr(cause, 'message', said)}")
        case _ if begun or isinstance(cause, aiohttp.ClientPayloadError):
            return Failure(FailureKind.STREAM_CUT, f"the body ended early: {said}")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() if stale:
            return Failure(FailureKind.STALE_CONNECTION, "an idle connection was closed just as it was reused")
        case aiohttp.ServerDisconnectedError():  # its message may hold half-read headers
            return Failure(FailureKind.CONNECTION, "the server disconnected before an answer")
        case _:
            return Failure(FailureKind.CONNECTION, f"the connection broke before an answer: {said}")
