"""Parameters of every run and of the gate, with the bounds that the run form and the API enforce."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

# Where a pattern ends with `$`, blanks are stripped: the server's `$` also stands before a last line break,
# pydantic's does not, and the run would end as Prefect's own Failed.
ModelName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Models = Annotated[list[ModelName], Field(max_length=200, json_schema_extra={"uniqueItems": True})]
SuiteName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
]
SuiteNames = Annotated[list[SuiteName], Field(max_length=50, json_schema_extra={"uniqueItems": True})]
ReleaseTag = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^([A-Za-z0-9][A-Za-z0-9._+-]*)?$")
]
BlockName = Annotated[
    str, Field(min_length=1, max_length=255, description="Name of the LiteLLM Gateway block to test.")
]
SlackBlockName = Annotated[
    str,
    Field(max_length=255, description="Name of the Slack Incoming Webhook block to notify; empty notifies nobody."),
]
WorkerName = Annotated[str, Field(max_length=255)]
DeploymentUrl = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=2000, pattern=r"^https?://\S+$")]
    | None,
    Field(
        description="URL of a release of that gateway to test instead; its host must be one that the block allows."
    ),
]
Seconds = Annotated[
    float, Field(ge=0.1, le=600, description="Longest wait for one whole answer, in seconds (0.1 to 600).")
]
Dollars = Annotated[
    Annotated[float, Field(ge=0, le=1_000_000)] | None,
    Field(
        description="Most that it may cost, in dollars (0 to 1000000), by the gateway's prices; empty is no bound."
    ),
]
Days = Annotated[int, Field(ge=1, le=3650)]
ResultDays = Annotated[int, Field(ge=8, le=3650)]  # a soak lasts a week at most, and needs its windows


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run tests and whom it tells: the parameters that all flows have in common.

    `gateway` and `slack` name blocks; `models` empty means all of the suite's kind; `slack` empty tells nobody.
    `max_cost` is what it may cost at most, in dollars; None is no bound.
    """

    gateway: str
    deployment_url: str | None
    models: Sequence[str]
    timeout_seconds: float
    slack: str
    max_cost: float | None = None
