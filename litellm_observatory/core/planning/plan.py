"""The plan of a run, as text before it starts, and whether it can be carried out."""

import math

from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.planning.estimate import Estimate
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.text import enumerate_texts, list_names, span
from litellm_observatory.core.wire.gateway import PreflightError

BYTES_A_REQUEST = 450
"""What a request costs at the end of a run: 404 were measured at 200,000 of two models (one row of 89, its windows'
copy, and what merging and judging add), the rest is reserve."""

MOST_BYTES = 2 * 1024**3
"""A worker runs several soaks at once."""


def plan_of_soak(soak: Soak, traffic: Traffic, total: Estimate | None) -> str:
    """Requests, duration, models with their staggered first uses, and the most tokens and dollars that they take."""
    return (
        f"{traffic.count:,} requests, one every {soak.interval_seconds:g} s for {span(soak.duration_seconds)}, "
        f"to {_models(traffic, soak.kind.short_noun)}" + (_tokens_and_cost(total) if total else "")
    )


def plan_of_cases(total: Estimate) -> str:
    """Requests, and the most tokens and dollars that they take."""
    return f"{total.requests:,} requests{_tokens_and_cost(total)}"


def _tokens_and_cost(total: Estimate) -> str:
    return f"; {total.text}" if total.text else ""


def _models(traffic: Traffic, noun: str) -> str:
    """The models, and when each of several is first used."""
    if len(traffic.models) == 1:
        return traffic.models[0]
    uses = [f"{model} from {span(first)}" for model, first in zip(traffic.models, traffic.first_uses, strict=True)]
    return f"{len(traffic.models):,} {noun}s with staggered first use ({enumerate_texts(uses, ', ')})"


def check(traffic: Traffic) -> None:
    """Raise PreflightError when a model would never be sent to, or the samples could not be held until the end."""
    most = MOST_BYTES // BYTES_A_REQUEST
    if traffic.count > most:
        raise PreflightError(
            f"{traffic.count:,} requests need {traffic.count * BYTES_A_REQUEST / 1024**3:.1f} GB of memory to judge, "
            f"and a run may take {MOST_BYTES / 1024**3:.0f} GB ({most:,} requests)",
            "raise request_interval_seconds "
            f"to {math.ceil(100 * traffic.duration_seconds / most) / 100:g}, or lower duration_hours to "
            f"{math.floor(10 * most * traffic.interval_seconds / 3600) / 10:g}",
            brief=f"{traffic.count:,} requests need too much memory to judge, {most:,} are the most",
        )
    if traffic.unused_models:
        raise PreflightError(
            f"{traffic.count:,} requests are too few for {len(traffic.models):,} models, "
            f"{list_names(traffic.unused_models)} would never be used",
            "raise duration_hours, lower request_interval_seconds, or name fewer models",
            brief=f"{traffic.count:,} requests are too few for {len(traffic.models):,} models",
        )
