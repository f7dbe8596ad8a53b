"""Profiles: which suites a release is asked to pass, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ProfileName = Literal["smoke", "standard", "full"]


@dataclass(frozen=True, slots=True)
class Profile:
    """How long a release is tested, and by what.

    `suites` begin in their order, each with the hours for which it sends, None where it takes its own time; `hours`
    are those of any other suite that somebody asks for. `interval_seconds` None leaves each suite its own pace.
    """

    hours: float
    suites: Mapping[str, float | None]
    interval_seconds: float | None = None

    def parameters(self, suite: str) -> dict[str, float]:
        """What this profile asks of a suite; of a suite that takes no such parameter, nothing."""
        hours = self.suites.get(suite, self.hours)
        parameters = {"duration_hours": hours, "request_interval_seconds": self.interval_seconds}
        return {name: value for name, value in parameters.items() if value is not None}


PAST_THE_HOUR = 4 / 3
"""80 minutes: clients with a lifetime of one hour are closed after it, and bursts then last some minutes."""

PROFILES: Mapping[ProfileName, Profile] = {
    "smoke": Profile(
        hours=0.08,
        suites={"single-request": None, "api-contract": None, "oai-azure-release": 0.08},
        interval_seconds=0.3,  # 960 requests; a healthy gateway needs 900 to be shown below 1 %
    ),
    "standard": Profile(
        hours=PAST_THE_HOUR,
        suites={
            "single-request": None,
            "api-contract": None,
            "oai-azure-release": PAST_THE_HOUR,
            "streaming-release": PAST_THE_HOUR,
            "responses-release": PAST_THE_HOUR,
            "messages-release": PAST_THE_HOUR,
        },
    ),
    "full": Profile(  # in this order five suites at once are done within three hours
        hours=3,
        suites={
            "single-request": None,
            "api-contract": None,
            "oai-azure-release": 3,
            "streaming-release": 3,
            "mcp-release": 3,
            "responses-release": PAST_THE_HOUR,
            "messages-release": PAST_THE_HOUR,
            "embeddings-release": PAST_THE_HOUR,
            "memory-and-overhead": 1,
        },
    ),
}
