"""`api-contract`: does every route keep its word: answers, refusals, headers, probes?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from litellm_observatory.core.cases.callers import chat_after_a_timeout, same_prompt_tokens
from litellm_observatory.core.cases.gateway import ITSELF, cases_of_the_gateway, rejection_cases
from litellm_observatory.core.cases.model import (
    cases_of_a_chat_model,
    cases_of_an_embedding_model,
    cost_cases,
    tool_call_cases,
)
from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.parameters import AcceptLosses, ResponseTokens
from litellm_observatory.core.suite import Cases
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.requests import chat

LEAST = 256
"""Tokens that an answer may have at least: a tool call takes some fifty."""


def api_contract(
    *,
    max_tokens: ResponseTokens = None,
    accept_losses: Annotated[
        AcceptLosses,
        Field(description="Pass without cases that the last passed run had, such as routes that you switched off."),
    ] = False,
) -> Cases:
    """Cases of the gateway, of each model, and of what must be refused; nothing is retried by the gateway."""

    def requests(models: Sequence[str], facts: GatewayInfo) -> list[Request]:
        embedding = set(facts.of(TargetKind.EMBEDDING))
        chats = {model: facts.bound(model, max_tokens, LEAST) for model in models if model not in embedding}
        embedders = [model for model in models if model in embedding] or facts.of(TargetKind.EMBEDDING)[:1]
        some = next(iter([*chats, *facts.of(TargetKind.CHAT)]), models[0])
        return [
            *cases_of_the_gateway(some),
            *(case for model, bound in chats.items() for case in cases_of_a_chat_model(model, bound)),
            *(case for model, bound in chats.items() for case in tool_call_cases(model, bound)),
            *(case for model, bound in chats.items() for case in cost_cases(model, bound)),
            *(same_prompt_tokens(model, bound) for model, bound in chats.items()),
            *(case for model in embedders for case in cases_of_an_embedding_model(model)),
            *([] if embedders else _skipped("the gateway lists no embedding model")),
            *rejection_cases(some),
            *(chat_after_a_timeout(model, bound) for model, bound in chats.items()),  # last: it may bench the model
        ]

    return Cases(
        name="api-contract",
        requests=requests,
        ask=lambda model, tokens: chat(model, max_tokens=max_tokens or tokens),
        accept_losses=accept_losses,
    )


def _skipped(why: str) -> list[Request]:
    """The cases of an embedding model where there is none."""
    return [
        replace(case, name=case.name.removeprefix(": "), model=ITSELF, skip=why)
        for case in cases_of_an_embedding_model("")
    ]
