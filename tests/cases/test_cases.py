"""Every answer from a public bug report is judged rightly, by the contract and by what a soak asks."""

import pytest

from litellm_observatory.core.cases.gateway import cases_of_the_gateway, rejection_cases
from litellm_observatory.core.cases.model import cases_of_a_chat_model, cases_of_an_embedding_model
from litellm_observatory.core.wire.client import send
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat, embedding, long_stream, mcp_tools, message, response
from litellm_observatory.core.wire.samples import Attempt
from tests.cases.cases import Case, answering, every_case
from tests.core.sockets import client_of

MODEL = "m"
IN_A_SOAK = {
    "chat": chat(MODEL),
    "chat,streamed": chat(MODEL, stream=True),
    "long_stream": long_stream(MODEL),
    "response": response(MODEL),
    "response,streamed": response(MODEL, stream=True),
    "message": message(MODEL),
    "message,streamed": message(MODEL, stream=True),
    "embedding": embedding(MODEL),
    "embedding,base64": embedding(MODEL, as_base64=True),
}
OF_THE_CONTRACT = {
    "chat": "chat",
    "chat,streamed": "chat, streamed",
    "response": "responses",
    "response,streamed": "responses, streamed",
    "message": "messages",
    "message,streamed": "messages, streamed",
    "embedding": "embeddings as numbers",
    "embedding,base64": "embeddings as base64",
}
ANSWERED = [case for case in every_case() if "status" in case.told]


def _contract() -> dict[str, Request]:
    """Every case of the contract, by its name."""
    every = [
        *cases_of_a_chat_model(MODEL, 16),
        *cases_of_an_embedding_model(MODEL),
        *cases_of_the_gateway(MODEL),
        *rejection_cases(MODEL),
    ]
    return {request.name: request for request in every}


def _asked(case: Case) -> list[Request]:
    """The request of the contract that it answers, and for an answer of a model that of a soak behind it."""
    if case.request.startswith("mcp:"):
        return [mcp_tools(case.request.removeprefix("mcp:"), alone="one server" in case.told["why"])]
    if case.request.startswith("case:"):
        return [_contract()[case.request.removeprefix("case:")]]
    of_the_contract = OF_THE_CONTRACT.get(case.request)
    return [*([_contract()[f"{MODEL}: {of_the_contract}"]] if of_the_contract else []), IN_A_SOAK[case.request]]


async def _attempts(case: Case) -> list[Attempt]:
    async with client_of(answering(case)) as client:
        return [await send(client, request, "r") for request in _asked(case)]


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
async def test_an_answer_is_judged_rightly(case: Case) -> None:
    attempts = await _attempts(case)
    failed = [attempt.failure is not None and not attempt.failure.kind.proves_nothing for attempt in attempts]
    match case.told["right"].split(" (")[0]:
        case "passed":
            assert [attempt.failure for attempt in attempts] == [None] * len(attempts)
        case "failed":
            assert failed[0], attempts[0]
        case "not failed":
            assert not any(failed), attempts
            # A refusal is an answer to the contract, which asks whether one comes; to a soak it is no evidence.
            assert attempts[-1].failure or attempts[-1].skipped, "a clean pass it is not"
        case "skipped":
            assert attempts[0].skipped, attempts[0]
        case other:
            raise AssertionError(f"no rule for: {other}")
