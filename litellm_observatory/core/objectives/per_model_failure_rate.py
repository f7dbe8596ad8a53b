"""The failure rate of each model: one dead model of ten fails a run whose overall rate stays under the limit."""

from dataclasses import dataclass

from scipy.stats import binom

from litellm_observatory.core.judging.brief import Brief, brief_of_failures
from litellm_observatory.core.judging.intervals import CONFIDENCE, Rate
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import display_name, enumerate_texts, percent


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
