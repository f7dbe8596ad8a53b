"""A suite of one's own: a check that looks at the content alone cannot pass what is no answer."""

import httpx
import pytest

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.wire.client import send
from litellm_observatory.core.wire.failures import FailureKind
from tests.core.examples import choice, client_to, completion, sample
from tests.core.own_suite import polite


def saying(text: str) -> dict[str, object]:
    """A completion that says this."""
    return completion(choices=[choice(message={"role": "assistant", "content": text})])


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, saying("Hello!"), None),
        (200, saying("no"), FailureKind.MALFORMED),
        (500, saying("Hello!"), FailureKind.SERVER_ERROR),
        (429, {"error": {"message": "hello, wait"}}, FailureKind.RATE_LIMITED),
        (200, {"error": {"message": "hello, wait"}}, FailureKind.MALFORMED),
        (200, saying("Hello!") | {"usage": None}, FailureKind.MALFORMED),
    ],
)
async def test_a_check_of_ones_own_comes_after_what_every_answer_must_be(
    status: int, body: dict[str, object], kind: FailureKind | None
) -> None:
    [request] = polite().requests_to("gpt-a")
    async with client_to(lambda _: httpx.Response(status, json=body)) as client:
        failure = (await send(client, request, "1")).failure
    assert (failure and failure.kind) == kind


def test_an_objective_of_ones_own_is_judged_beside_the_usual_ones() -> None:
    slow = Tally.of(("gpt-a",), [sample(i, seconds=11.0) for i in range(100)])
    broken = [finding for finding in polite().judge(slow, None) if finding.status is Status.VIOLATED]
    assert [finding.objective for finding in broken] == ["slowest answer"]
