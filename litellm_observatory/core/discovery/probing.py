"""Probing: each chat model is asked once before a run, for the tokens that it needs and for whether it chats at all.

A reasoning model spends its tokens before it says anything, and many gateways state no mode of their models.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.text import list_names
from litellm_observatory.core.wire.client import Client, send
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.request import Request

BOUNDS = (16, 64, 256, 1024, 4096)
"""Tokens that are allowed in turn, until an answer is not cut."""

AT_ONCE = 8
"""Models that are asked at the same time."""

Ask = Callable[[str, int], Request]
"""The request to a model with a bound on tokens."""

_NO_CHAT = re.compile(
    r"not a chat|does not support chat|not supported (?:for|in|by|with) (?:the )?(?:v1/)?chat"
    r"|chatcompletion operation does not work|only supports? (?:embedding|image|audio|rerank)"
    r"|is an? (?:embedding|image|rerank|moderation|speech|audio)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Probed:
    """What a model answered: within how many tokens, and why its last answer was none, if it was none."""

    tokens: int
    failure: Failure | None

    @property
    def is_cut(self) -> bool:
        """Whether it spent even the largest bound on reasoning."""
        return self.failure is not None and self.failure.kind is FailureKind.TRUNCATED

    @property
    def is_no_chat_model(self) -> bool:
        """Whether it says itself that it does not chat."""
        failure = self.failure
        return (
            failure is not None and failure.kind is FailureKind.BAD_REQUEST and bool(_NO_CHAT.search(failure.message))
        )


async def probe(client: Client, ask: Ask, models: Sequence[str], run_id: str) -> Mapping[str, Probed]:
    """Ask each model until its answer is not cut by the bound, at most once for each of BOUNDS."""
    places = asyncio.Semaphore(AT_ONCE)

    async def probe_one(model: str) -> Probed:
        async with places:
            return await _probe_one(client, ask, model, run_id)

    async with asyncio.TaskGroup() as group:
        probing = {model: group.create_task(probe_one(model)) for model in models}
    return {model: task.result() for model, task in probing.items()}


async def _probe_one(client: Client, ask: Ask, model: str, run_id: str) -> Probed:
    """What one model answers; a bound that the request sets itself is not raised."""
    before = 0
    probed = Probed(BOUNDS[0], None)
    for tokens in BOUNDS:
        request = _of_its_own_client(ask(model, tokens), client.timeout_seconds)
        if request.most_tokens <= before:
            break
        before = request.most_tokens
        attempt = await send(client, request, f"{run_id}-probe-{model}-{tokens}")
        probed = Probed(request.most_tokens, attempt.failure)
        if not probed.is_cut:
            break
    return probed


def apply_probes(
    facts: GatewayInfo, models: Sequence[str], requested: Sequence[str], probed: Mapping[str, Probed]
) -> tuple[tuple[str, ...], GatewayInfo, tuple[str, ...]]:
    """The models to test, the facts with what each needs, and notes for the report.

    A model that states no mode and says that it does not chat is left out, unless it was `requested`.
    """
    strangers = [
        name
        for name in models
        if probed[name].is_no_chat_model and not facts.modes.get(name) and name not in requested
    ]
    chosen = tuple(name for name in models if name not in strangers)
    needs = {name: probed[name].tokens for name in chosen if probed[name].tokens > BOUNDS[0]}
    cut = [name for name in chosen if probed[name].is_cut]
    notes = []
    if strangers:
        notes.append(f"Left out, since they answered that they do not chat: {list_names(strangers)}")
    if needs:
        bounds = list_names([f"{name}: {needs[name]:,} tokens" for name in needs])
        notes.append(f"Longest answers, found by asking once: {bounds}")
    if cut:
        notes.append(f"Too small for its reasoning is the bound on tokens of: {list_names(cut)}; raise max_tokens")
    no_targets = facts.no_targets | dict.fromkeys(strangers, "answered that it does not chat")
    return chosen, replace(facts, tokens=needs, no_targets=no_targets), tuple(notes)


def _of_its_own_client(request: Request, timeout_seconds: float) -> Request:
    """The request with a timeout that no other has.

    LiteLLM keeps an SDK client for each timeout, from its first use on; which model is first used when is what a
    soak staggers on purpose (LiteLLM PR #19190), and probing must not use those clients before.
    """
    return replace(request, body={**request.body, "timeout": timeout_seconds + 1})
