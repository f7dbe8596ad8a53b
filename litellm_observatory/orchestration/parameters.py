"""Parameters that flows share, with the bounds that the run form and the API enforce."""

from typing import Annotated

from pydantic import Field, StringConstraints

SLACK_BLOCK = "litellm-observatory"
"""The Slack block that runs tell unless their parameter `slack` names another."""

# Where a pattern ends with `$`, blanks are stripped: the server's `$` also stands before a last line break,
# pydantic's does not, and the run would end as Prefect's own Failed.
ModelName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Models = Annotated[list[ModelName], Field(max_length=200, json_schema_extra={"uniqueItems": True})]
Servers = Models
SuiteName = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
]
SuiteNames = Annotated[list[SuiteName], Field(max_length=50, json_schema_extra={"uniqueItems": True})]
ReleaseTag = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^([A-Za-z0-9][A-Za-z0-9._+-]*)?$")
]
BlockName = Annotated[str, Field(min_length=1, max_length=255)]
SlackBlockName = Annotated[str, Field(max_length=255)]
WorkerName = Annotated[str, Field(max_length=255)]
DeploymentUrl = (
    Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=2000, pattern=r"^https?://\S+$")]
    | None
)
Seconds = Annotated[float, Field(ge=0.1, le=600)]
Tokens = Annotated[int, Field(ge=1, le=4096)] | None
ResponseTokens = Annotated[int, Field(ge=16, le=4096)] | None
LongTokens = Annotated[int, Field(ge=64, le=2048)]
Milliseconds = Annotated[float, Field(ge=0.1, le=60_000)]
MegabytesPerHour = Annotated[float, Field(ge=1, le=1_000_000)]
Hours = Annotated[float, Field(ge=0.0005, le=168)]
Share = Annotated[float, Field(ge=0.0001, le=0.99)]  # beyond these no number of requests tells anything
Days = Annotated[int, Field(ge=1, le=3650)]
ResultDays = Annotated[int, Field(ge=8, le=3650)]  # a soak lasts a week at most, and needs its windows
Dollars = Annotated[float, Field(ge=0, le=1_000_000)] | None
Interval = Annotated[float, Field(ge=0.02, le=3600)]
