"""Consistent dimensions: a model's vectors keep their length, since stored vectors cannot be searched with others."""

from dataclasses import dataclass

import numpy as np

from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.text import display_name


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
