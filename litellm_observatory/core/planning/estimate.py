"""An estimate of a run before it sends anything: requests, tokens and dollars, at most."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.load.traffic import HOUR_SECONDS, Traffic
from litellm_observatory.core.suite import Cases, Soak
from litellm_observatory.core.text import in_dollars, list_names
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.request import Request

BYTES_A_TOKEN = 4
"""Bytes of a body for each token that it counts as. That gave 1.3 to 2.3 times what the tokenizer of GPT-4o finds in
our requests: 57 for the 25 tokens of a chat, 134 for the 75 of a tool call (measured)."""


EMBEDDINGS = "/v1/embeddings"
"""The answers of this route have no tokens."""

ROUNDING = 1e-9
"""The share by which sums of the same prices may differ."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Requests to send, the most tokens that they and their answers have, and the most that these cost, in dollars.

    The dollars are those of the models with a known price; `unpriced` names the others, `unbounded` those that are
    asked for an answer of any length. It excludes the requests by which preflight finds the tokens of each model, and
    the gateway's own retries and fallbacks.
    """

    requests: int = 0
    sent: int = 0
    answered: int = 0
    dollars: float = 0.0
    unpriced: tuple[str, ...] = ()
    unbounded: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    """Suites that send an unknown number of requests."""

    @property
    def cost(self) -> float | None:
        """The most that it costs, in dollars; None where that is unknown."""
        return None if self._unknown else self.dollars

    @property
    def text(self) -> str:
        """Tokens and dollars as text; empty where no model is asked anything."""
        if not self.sent:
            return self._unknown
        tokens = f"at most {self.sent:,} tokens sent and {self.answered:,} answered"
        if not (unknown := self._unknown):
            return f"{tokens}, {in_dollars(self.dollars)}"
        known = f", {in_dollars(self.dollars)} without the unknown part" if self.dollars else ""
        return f"{tokens}{known}; {unknown}"

    @property
    def _unknown(self) -> str:
        """Why the cost is unknown, as text; empty where it is known."""
        reasons = []
        if self.unpriced:
            reasons.append(f"the price of {_models(self.unpriced)} is unknown ({list_names(self.unpriced, most=5)})")
        if self.unbounded:
            reasons.append(
                f"answers of {_models(self.unbounded)} have no bound ({list_names(self.unbounded, most=5)})"
            )
        if self.uncounted:
            reasons.append(f"what {list_names(self.uncounted)} takes is unknown")
        return "; ".join(reasons)

    def require(self, max_cost: float | None) -> None:
        """Raise PreflightError where it may cost more than `max_cost` dollars, or is unknown; None is no bound."""
        if max_cost is None:
            return
        if self.dollars > max_cost * (1 + ROUNDING):
            raise PreflightError(
                f"{self.requests:,} requests may cost {in_dollars(self.dollars)}, and max_cost is "
                f"{in_dollars(max_cost)}",
                "raise max_cost, or send less: fewer models, a shorter time, a longer interval, or a smaller "
                "max_tokens",
            )
        if unknown := self._unknown:
            raise PreflightError(
                f"{unknown}, so max_cost ({in_dollars(max_cost)}) may not be enough",
                "set input_cost_per_token and output_cost_per_token in its model_info on the gateway, name models "
                "with a known price, or leave max_cost empty",
                brief=f"the cost is unknown, so max_cost ({in_dollars(max_cost)}) may not be enough",
            )


def together(estimates: Iterable[Estimate]) -> Estimate:
    """What several suites take."""
    every = list(estimates)
    return Estimate(
        sum(one.requests for one in every),
        sum(one.sent for one in every),
        sum(one.answered for one in every),
        math.fsum(one.dollars for one in every),
        _names(one.unpriced for one in every),
        _names(one.unbounded for one in every),
        _names(one.uncounted for one in every),
    )


def estimate(suite: Soak | Cases, models: Sequence[str], facts: GatewayInfo) -> Estimate:
    """What a suite takes with these models, by what is known of the gateway."""
    match suite:
        case Soak():
            soak = replace(suite, facts=facts)
            traffic = soak.traffic(tuple(models))
            return replace(_of(_times_of(soak, traffic), facts), requests=traffic.count)
        case Cases():
            return _of(((request, 1) for case in suite.requests(models, facts) for request in _all(case)), facts)


def _times_of(soak: Soak, traffic: Traffic) -> Iterator[tuple[Request, int]]:
    """Each request of a soak, and how often it is sent at most: in turn, the last one also at each hour."""
    hours = int(traffic.duration_seconds // HOUR_SECONDS)
    for model, count in zip(traffic.models, traffic.counts, strict=True):
        cycle = soak.requests_to(model)
        for position, request in enumerate(cycle):
            is_last_of_several = 0 < position == len(cycle) - 1
            yield request, math.ceil(count / len(cycle)) + hours * is_last_of_several


def _all(case: Request) -> Iterator[Request]:
    """The requests that a case sends; none where it is skipped."""
    if not case.skip:
        yield from (one for one in (case, case.before, case.twin, *case.beside) if one)


def _of(times: Iterable[tuple[Request, int]], facts: GatewayInfo) -> Estimate:
    """What requests take, each sent so many times."""
    return together(_one(request, count, facts) for request, count in times)


def _one(request: Request, count: int, facts: GatewayInfo) -> Estimate:
    """What one request takes that is sent so many times."""
    if request.method != "POST":
        return Estimate(count)  # it asks the gateway itself, and no model
    sent, answered = math.ceil(len(request.content("")) / BYTES_A_TOKEN), request.most_tokens
    price = facts.prices.get(request.model)
    return Estimate(
        count,
        count * sent,
        count * answered,
        count * (sent * price.input + answered * price.output) if price else 0.0,
        () if price else (request.model,),
        () if answered or request.path == EMBEDDINGS else (request.model,),
    )


def _names(every: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """All of the names, each once."""
    return tuple(dict.fromkeys(name for names in every for name in names))


def _models(names: Sequence[str]) -> str:
    return "1 model" if len(names) == 1 else f"{len(names):,} models"
