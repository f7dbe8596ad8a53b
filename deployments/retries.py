"""What Prefect's client gives up on is asked again, and told in a sentence when no answer comes."""

from collections.abc import Callable
from typing import TypeVar

import httpx
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from deployments.auth import locked_out
from deployments.command_error import CommandError
from litellm_observatory.core.text import span

BUSY = {408, 429, 500, 502, 503, 504}
"""On SQLite the server answers 503 when several ask at once; a proxy before it 502 to 504 while it restarts."""

REMEDY = "Start one (make up), or set PREFECT_API_URL to one that runs."

Answer = TypeVar("Answer")


class ApiError(CommandError):
    """The server did not do as it was asked; `status` is that of its answer, `detail` its own words."""

    def __init__(self, sentence: str, status: int, detail: str) -> None:
        super().__init__(sentence)
        self.status, self.detail = status, detail


def ask_patiently(ask: Callable[[], Answer], url: str, seconds: float, notify: Callable[[str], object]) -> Answer:
    """What `ask` returns; the server at `url` is asked again for so many seconds, which `notify` says once.

    Raises ApiError for a refusal, another CommandError where no answer comes.
    """

    def notify_once(state: RetryCallState) -> None:
        if state.attempt_number == 1:
            notify(f"The Prefect server does not answer, or is too busy; asking again for up to {span(seconds)}.")

    backoff = wait_random_exponential(multiplier=0.4, max=5)
    unavailable, stop = retry_if_exception(_is_unavailable), stop_after_delay(seconds)
    try:
        return Retrying(retry=unavailable, stop=stop, wait=backoff, before_sleep=notify_once, reraise=True)(ask)
    except (httpx.HTTPError, ObjectNotFound, ObjectAlreadyExists) as error:
        raise _error(_cause(error), url) from None
    except ValueError:  # a page of the UI, say
        raise CommandError(
            f"What answers at {url} is not Prefect's API; its address ends with /api, "
            "such as http://127.0.0.1:4200/api."
        ) from None


def _cause(error: BaseException) -> BaseException:
    """What Prefect's client was answered."""
    return error.http_exc if isinstance(error, ObjectNotFound | ObjectAlreadyExists) else error


def _is_unavailable(error: BaseException) -> bool:
    cause = _cause(error)
    if isinstance(cause, httpx.HTTPStatusError):
        return cause.response.status_code in BUSY or _is_of_a_proxy(cause.response)
    return isinstance(cause, httpx.TransportError)


def _is_of_a_proxy(answer: httpx.Response) -> bool:
    """Whether a proxy found no server behind it: the server's own 404 is JSON."""
    return answer.status_code == httpx.codes.NOT_FOUND and "json" not in answer.headers.get("content-type", "")


def _error(cause: BaseException, url: str) -> CommandError:
    """What the server refused, or that it did not answer, in a sentence."""
    if not isinstance(cause, httpx.HTTPStatusError):
        return CommandError(f"The Prefect server at {url} does not answer ({type(cause).__name__}). {REMEDY}")
    answer, asked = cause.response, f"{cause.request.method} {cause.request.url.path}"
    if refusal := locked_out(url, answer.status_code):
        return CommandError(refusal)
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = answer.text
    said = " ".join(detail.split())[:300]
    sentence = f"The Prefect server at {url} answered {answer.status_code}: {said} (asked: {asked})."
    if _is_of_a_proxy(answer):
        return CommandError(f"{sentence} {REMEDY}")
    return ApiError(sentence, answer.status_code, detail)
