"""`embeddings-release`: does a release keep answering with sound vectors, in both encodings?"""

from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.objectives import default_objectives
from litellm_observatory.core.objectives.per_model import ConsistentDimensions
from litellm_observatory.core.parameters import Hours, Interval, Share
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.requests import embedding


def embeddings_release(
    *,
    duration_hours: Hours = 3.0,
    max_failure_rate: Share = 0.01,
    request_interval_seconds: Interval = 1.0,
) -> Soak:
    """Embeddings round robin over the models, as numbers and as base64 in turn; no failure is hidden."""
    return Soak(
        name="embeddings-release",
        kind=TargetKind.EMBEDDING,
        requests=lambda model, facts: [embedding(model, as_base64=as_base64) for as_base64 in (False, True)],
        duration_seconds=duration_hours * 3600,
        interval_seconds=request_interval_seconds,
        max_failure_rate=max_failure_rate,
        objectives=(*default_objectives(max_failure_rate), ConsistentDimensions()),
    )
