"""The mix: what a soak sends to each model, in turn."""

from dataclasses import dataclass

from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.wire.request import Request


@dataclass(frozen=True, slots=True)
class RequestMix:
    """The requests to each model of a traffic, in its order; those to one model follow one another in turn.

    The last request to a model before each hour of its use is the last of its cycle, out of turn: a suite puts what
    takes longest there, so that it is in flight when the gateway's HTTP client expires (LiteLLM PR #19190). `gauge`
    is read again and again, beside the traffic, for a metric of the gateway itself.
    """

    cycles: tuple[tuple[Request, ...], ...]
    gauge: Request | None = None

    def request(self, traffic: Traffic, index: int) -> Request:
        """The request of the schedule with this index."""
        cycle = self.cycles[traffic.model(index)]
        if traffic.ends_an_hour(index):
            return cycle[-1]
        return cycle[traffic.turn(index) % len(cycle)]
