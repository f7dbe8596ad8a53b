"""Every name of the public contract that others rely on, each said once."""

from enum import StrEnum

GATE_FLOW = "release-gate"
"""The flow that asks several suites about one release."""

ON_DEMAND = "on-demand"
"""The deployment of each suite, and of the gate, that people and pipelines start."""

SUITE_TAG, GATE_TAG, CONTROL_TAG = "suite", "gate", "control"
"""The tags of our deployments in prefect.yaml, and so of their runs."""

UNDELIVERED_TAG = "slack-undelivered"
"""The tag of a run whose end Slack has not been told; `recovery` tells it later."""

RELEASE_TAG = "release:"
"""Runs of different releases carry different tags `release:VERSION`, and so are never the same test."""

WORK_POOL, SUITES_QUEUE, CONTROL_QUEUE = "observatory", "suites", "control"
"""Suites wait in their queue for a place; what is in the other never waits behind them."""

GATEWAY_BLOCK_TYPE = "litellm-gateway"
"""The slug of the block type `LiteLLM Gateway`."""

DEFAULT_GATEWAY, SLACK_BLOCK = "default", "litellm-observatory"
"""The blocks that runs take, unless their parameters `gateway` and `slack` name others."""

CLAIM_PREFIX = "observatory-claim-"
"""How the names of the Prefect variables begin by which one run at a time claims a test."""

START_LABEL = "observatory.start"
"""The instant of a soak's first request: one whose results are lost must not begin its schedule anew."""

GATEWAY_LABEL, KEY_LABEL = "observatory.gateway", "observatory.key"
"""The URL at which a run began, and a few digits of its key's fingerprint."""

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

HISTORY_PREFIX = "releases-"
"""How the key of a gateway's page of releases begins."""


def report_key(flow: str) -> str:
    """The key of the reports of a flow's runs, in markdown."""
    return f"{flow}-report"


def result_key(flow: str) -> str:
    """The key of the same reports as JSON; `%` stands for every flow."""
    return f"{flow}-result"


def progress_key(flow: str) -> str:
    """The key of how far a flow's runs are; of an empty one what all of them end with."""
    return f"{flow}-progress"


def series_key(flow: str) -> str:
    """The key of what passed runs keep for later ones to compare with; of an empty one what all of them end with."""
    return f"{flow}-series"
