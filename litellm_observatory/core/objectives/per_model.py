"""Objectives on each model: one dead model of ten fails a run whose overall rate stays under the limit."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from litellm_observatory.core.judging.brief import Brief, brief_of_failures
from litellm_observatory.core.judging.intervals import CONFIDENCE, Rate
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import display_name, enumerate_texts, list_names, percent
from litellm_observatory.core.wire.failures import FailureKind


@dataclass(frozen=True, slots=True)
class PerModelFailureRate:
    """No model fails at more than `limit` (between 0 and 1).

    It can only fail a run: a model with too few requests to decide withholds no pass. Source of the correction for
    many models: S. Holm, Scandinavian Journal of Statistics 6 (1979), 65-70.
    """

    limit: float

    def judge(self, tally: Tally) -> Finding:
        """Violated when some model's true rate is above the limit."""
        if len(tally.models) == 1:
            said = "there is only one, which the overall rate judges"
            return Finding("every model", Status.MET, said, brief=Brief("only one model"))
        parts = tally.by_model()
        rates = {model: Rate(part.failures, part.requests) for model, part in parts.items()}
        broken = self._broken(rates)
        if broken:
            said = enumerate_texts(
                [
                    f"{model} failed {rates[model].failures:,} of {rates[model].requests:,} requests, "
                    f"origin: {parts[model].origins()}"
                    for model in broken
                ]
            )
            said = f"{said} (limit {percent(self.limit)} for each model)"
            brief = self._brief(broken, rates, parts[broken[0]])
            remedy = brief.cause.remedy if brief.cause else ""
            return Finding("every model", Status.VIOLATED, said, brief=brief, remedy=remedy)
        undecided = [model for model, rate in rates.items() if rate.high >= self.limit]
        if undecided:
            said = f"{len(undecided)} of {len(rates)} models had too few requests to decide on them alone"
            remedy = "run longer to judge each model alone"
            return Finding("every model", Status.UNDECIDED, said, brief=Brief(said), remedy=remedy)
        said = f"each model's rate is below {percent(self.limit)}"
        return Finding("every model", Status.MET, said, brief=Brief(said))

    def _brief(self, broken: list[str], rates: dict[str, Rate], worst: Tally) -> Brief:
        """The model that is most surely above the limit, and how many are above it."""
        rate = rates[broken[0]]
        what = f"{percent(rate.value)} of {rate.requests:,} requests (limit {percent(self.limit)} for each model)"
        more = f", {len(broken)} of {len(rates)} models" if len(broken) > 1 else ""
        return brief_of_failures(what + more, worst, display_name(broken[0]))

    def _broken(self, rates: dict[str, Rate]) -> list[str]:
        """The models above the limit, by Holm's step-down: the surest first, each against what is left of 5 %."""
        chances = sorted((self._chance(rate), model) for model, rate in rates.items())
        broken = []
        for position, (chance, model) in enumerate(chances):
            if chance > (1 - CONFIDENCE) / (len(chances) - position):
                break
            broken.append(model)
        return broken

    def _chance(self, rate: Rate) -> float:
        """P(as many failures or more) of a model that is right at the limit."""
        return float(binom.sf(rate.failures - 1, rate.requests, self.limit))


REMEDIES = {
    FailureKind.TRUNCATED: ("spent the bound on tokens on reasoning", "raise max_tokens"),
    FailureKind.REFUSAL: ("refused to answer, or a filter did for it", "leave it out"),
}
"""What such a model did, and the remedy."""


@dataclass(frozen=True, slots=True)
class EveryModelAnswered:
    """Each model has at least one answer that proves something. It must be met for a pass."""

    def judge(self, tally: Tally) -> Finding:
        """Undecided, with the remedy, where every answer of some model was cut by our bound, or refused."""
        mute = {model: part for model, part in tally.by_model().items() if part.sent and not part.requests}
        met = {kind: [model for model, part in mute.items() if part.of_kind(kind)] for kind in REMEDIES}
        said = [
            f"{list_names(models, most=5)} {did}: {remedy}"
            for kind, (did, remedy) in REMEDIES.items()
            if (models := met[kind])
        ]
        if not said:
            return Finding("every model answered", Status.MET, "each model answered")
        first = next(kind for kind, models in met.items() if models)
        did, remedy = REMEDIES[first]
        who = display_name(met[first][0]) if len(met[first]) == 1 else f"{len(met[first])} models"
        return Finding(
            "every model answered",
            Status.UNDECIDED,
            "; ".join(said),
            required=True,
            brief=Brief(f"{who} {did}"),
            remedy=remedy,
        )


@dataclass(frozen=True, slots=True)
class ConsistentDimensions:
    """All vectors of a model have the same length, in whatever encoding; `reading` is the length of each."""

    def judge(self, tally: Tally) -> Finding:
        """Violated at the second length."""
        lengths = {model: np.unique(part.passed["reading"]) for model, part in tally.by_model().items()}
        several = [model for model, found in lengths.items() if len(found) > 1]
        broken = [
            f"{model} answered with vectors of {' and '.join(f'{length:g}' for length in found)} numbers"
            for model, found in ((model, lengths[model]) for model in several)
        ]
        if broken:
            brief = Brief(f"vectors of {len(lengths[several[0]])} lengths (limit 1)", display_name(several[0]))
            remedy = "look which deployments stand behind the model's name"
            return Finding("one length", Status.VIOLATED, "; ".join(broken), brief=brief, remedy=remedy)
        return Finding("one length", Status.MET, "each model's vectors have one length")
