"""Every model answered: of one whose answers all prove nothing, no run can say that it passed."""

from dataclasses import dataclass

from suites.judging.tally import Tally
from suites.judging.verdict import Finding, Standing
from suites.wire.failures import FailureKind
from suites.words import listed

REMEDIES = {
    FailureKind.TRUNCATED: "spent the bound on tokens on reasoning: raise max_tokens",
    FailureKind.REFUSAL: "refused to answer, or a filter did for it: leave it out",
}


@dataclass(frozen=True, slots=True)
class EveryModelAnswered:
    """Each model that was asked has at least one answer that proves something. It must hold for a pass."""

    def judge(self, tally: Tally) -> Finding:
        """Undecided, with the remedy, of models whose every answer was cut by our bound, or refused."""
        mute = {model: part for model, part in tally.by_model().items() if part.sent and not part.requests}
        said = [
            f"{listed(models, most=5)} {remedy}"
            for kind, remedy in REMEDIES.items()
            if (models := [model for model, part in mute.items() if part.of_kind(kind)])
        ]
        if said:
            return Finding("every model answered", Standing.UNDECIDED, "; ".join(said), required=True)
        return Finding("every model answered", Standing.HOLDS, "each model answered")
