"""The gauge: what is read of a gateway beside a soak's traffic, in virtual time."""

import httpx

from suites.judging.verdict import Standing
from suites.memory_and_overhead import memory_and_overhead
from suites.objectives.memory_growth import MemoryGrowth
from tests.suites.soaking import MadeUp, soaked


class Leaking(MadeUp):
    """A gateway that holds 1 MB more at each reading; it tells of its memory while `tells`."""

    tells = True
    readings = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/debug/memory/summary":
            return await super().__call__(request)
        assert request.method == "GET"
        self.readings += 1
        if not self.tells:
            return httpx.Response(404, json={"detail": "Not Found"})
        return httpx.Response(200, json={"memory": {"ram_usage_mb": 400.0 + self.readings}})


async def test_memory_is_read_every_quarter_of_a_minute_and_counts_as_no_request() -> None:
    soak, gateway = memory_and_overhead(duration_hours=1, request_interval_seconds=1.0), Leaking()
    seen = await soaked(soak, ("gpt-a",), gateway)
    assert seen.tally.sent == len(gateway.arrivals) == 3600
    assert len(seen.tally.gauge) == 300
    assert list(seen.tally.gauge["at"]) == sorted(seen.tally.gauge["at"])
    finding = MemoryGrowth(100.0).judge(seen.tally)
    assert finding.standing is Standing.BROKEN
    assert "grew by 300 MB an hour" in finding.sentence


async def test_a_gateway_that_does_not_tell_its_memory_leaves_the_rest_as_it_is() -> None:
    gateway = Leaking()
    gateway.tells = False
    seen = await soaked(memory_and_overhead(duration_hours=0.1), ("gpt-a",), gateway)
    assert (len(seen.tally.gauge), seen.tally.failures) == (0, 0)
