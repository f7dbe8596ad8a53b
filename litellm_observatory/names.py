"""Every name of the public contract that others rely on, each said once."""

from enum import StrEnum

GATE_FLOW = "release-gate"
"""The flow that asks several suites about one release."""

ON_DEMAND = "on-demand"
"""The deployment of each suite, and of the gate, that people and pipelines start."""

SUITE_TAG, GATE_TAG, CONTROL_TAG = "suite", "gate", "control"
"""The tags of our deployments in prefect.yaml, and so of their runs."""

VERDICT_LABEL = "observatory.verdict"
"""What a run concluded, as it says itself: a worker, Prefect or a person may give the run another state."""

DUPLICATE_OF_LABEL = "observatory.duplicate-of"
"""The id of the run that a duplicate leaves its test to."""

CANCELLED_BY_LABEL = "observatory.cancelled-by"
"""Who of ours cancelled a run; a run that a person cancelled has none."""


class Canceller(StrEnum):
    """Who of ours cancels runs."""

    GATE = "release-gate"
    OBSERVATORY = "observatory"


DUPLICATE_STATE = "Duplicate"
"""The name of the state in which a duplicate ends; its type is CANCELLED."""
