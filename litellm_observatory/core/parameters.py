"""Parameters of suites: their bounds, which the run form and the API enforce, and what the form says of them."""

from typing import Annotated

from pydantic import Field

_LIFETIMES = "Regressions of client lifetimes need 1.25 or more."

Hours = Annotated[
    float, Field(ge=0.0005, le=168, description=f"How long to send, in hours (0.0005 to 168). {_LIFETIMES}")
]
Share = Annotated[  # beyond these bounds no number of requests tells anything
    float,
    Field(ge=0.0001, le=0.99, description="Share of requests that may fail, 0.0001 to 0.99; 0.01 is 1 %."),
]
Interval = Annotated[
    float, Field(ge=0.02, le=3600, description="Time from one request to the next, in seconds (0.02 to 3600).")
]
_TOKENS = "Longest answer of a model, in tokens ({} to 4096); empty finds what each model needs."
Tokens = Annotated[Annotated[int, Field(ge=1, le=4096)] | None, Field(description=_TOKENS.format(1))]
ResponseTokens = Annotated[Annotated[int, Field(ge=16, le=4096)] | None, Field(description=_TOKENS.format(16))]
LongTokens = Annotated[int, Field(ge=64, le=2048, description="Length of the long streams, in tokens (64 to 2048).")]
OverheadMs = Annotated[
    float,
    Field(
        ge=0.1,
        le=60_000,
        description="Time that the gateway may add to 95 % of the answers, in milliseconds (0.1 to 60000).",
    ),
]
GrowthPerHour = Annotated[
    float,
    Field(
        ge=1,
        le=1_000_000,
        description="Growth of any one process after its warm-up, in MB an hour (1 to 1000000).",
    ),
]
Streamed = Annotated[bool, Field(description="Ask for streamed answers.")]
GatewayRetries = Annotated[
    bool, Field(description="Let the gateway itself retry and fall back, which may hide failures.")
]
StopEarly = Annotated[
    bool, Field(description="End the run once its failure is certain: decided by count, or 60 failures in a row.")
]
AcceptLosses = Annotated[
    bool, Field(description="Pass without what the last passed run had, such as routes that you switched off.")
]
