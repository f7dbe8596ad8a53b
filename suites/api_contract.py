"""`api-contract`: does every route keep its word: answers, refusals, headers, probes?"""

from collections.abc import Sequence
from dataclasses import replace

from suites.cases.callers import chat_after_a_timeout, same_prompt_tokens
from suites.cases.costs import costs
from suites.cases.gateway import ITSELF, cases_of_the_gateway
from suites.cases.model import cases_of_a_chat_model, cases_of_an_embedding_model
from suites.cases.refusals import refusals
from suites.cases.tools import tool_calls
from suites.discovery import Facts
from suites.suite import Cases
from suites.targets import Kind
from suites.wire.request import Request


def api_contract(*, max_tokens: int = 256) -> Cases:
    """Cases of the gateway, of each model, and of what must be refused; nothing is retried by the gateway."""

    def requests(models: Sequence[str], facts: Facts) -> list[Request]:
        embedding = set(facts.of(Kind.EMBEDDING))
        chat = [model for model in models if model not in embedding]
        embedders = [model for model in models if model in embedding] or facts.of(Kind.EMBEDDING)[:1]
        some = models[0]
        return [
            *cases_of_the_gateway(some),
            *(case for model in chat for case in cases_of_a_chat_model(model, max_tokens)),
            *(case for model in chat for case in tool_calls(model, max_tokens)),
            *(case for model in chat for case in costs(model, max_tokens)),
            *(same_prompt_tokens(model, max_tokens) for model in chat),
            *(case for model in embedders for case in cases_of_an_embedding_model(model)),
            *([] if embedders else _skipped("the gateway lists no embedding model")),
            *refusals(some),
            *(chat_after_a_timeout(model, max_tokens) for model in chat),  # last: it may bench the model
        ]

    return Cases(name="api-contract", requests=requests)


def _skipped(why: str) -> list[Request]:
    """The cases of an embedding model where there is none."""
    return [
        replace(case, name=case.name.removeprefix(": "), model=ITSELF, skip=why)
        for case in cases_of_an_embedding_model("")
    ]
