"""Every model answered: a run cannot pass a model whose answers all prove nothing."""

from dataclasses import dataclass

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import display_name, list_names
from litellm_observatory.core.wire.failures import FailureKind

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
