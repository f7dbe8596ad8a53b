"""The gauge: what is read of a gateway beside a soak's traffic, in virtual time."""

import httpx

from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.objectives.memory_growth import MemoryGrowth
from suites.memory_and_overhead import memory_and_overhead
from tests.core.virtual_soak import MadeUp, soaked


class Leaking(MadeUp):
    """A gateway of `workers`, the last of which holds 1 MB more each time that it is read; it tells while `tells`."""

    tells = True
    workers = 1
    readings = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/debug/memory/summary":
            return await super().__call__(request)
        assert request.method == "GET"
        rounds, worker = divmod(self.readings, self.workers)
        self.readings += 1
        if not self.tells:
            return httpx.Response(404, json={"detail": "Not Found"})
        leaked = rounds if worker == self.workers - 1 else 0
        named = {"hostname": "pod-a", "worker_pid": 1 + worker}
        return httpx.Response(200, json=named | {"memory": {"ram_usage_mb": 400.0 + 100 * worker + leaked}})


async def test_memory_is_read_twenty_times_a_minute_and_counts_as_no_request() -> None:
    soak, gateway = memory_and_overhead(duration_hours=1, request_interval_seconds=1.0), Leaking()
    seen = await soaked(soak, ("gpt-a",), gateway)
    assert seen.tally.sent == len(gateway.arrivals) == 3600
    assert len(seen.tally.gauge.rows) == 1260  # each window begins a second early
    assert list(seen.tally.gauge.rows["at"]) == sorted(seen.tally.gauge.rows["at"])
    finding = MemoryGrowth(100.0).judge(seen.tally)
    assert finding.status is Status.VIOLATED
    assert finding.sentence.startswith("memory: grew by 1,260 MB an hour")


async def test_of_four_workers_the_one_that_leaks_is_found_and_named() -> None:
    gateway = Leaking()
    gateway.workers = 4
    seen = await soaked(memory_and_overhead(duration_hours=1, request_interval_seconds=1.0), ("gpt-a",), gateway)
    finding = MemoryGrowth(100.0).judge(seen.tally)
    assert finding.status is Status.VIOLATED
    assert "1 of 4 processes too fast: process 4 on pod-a grew by 315 MB an hour" in finding.sentence


async def test_a_gateway_that_does_not_tell_its_memory_leaves_the_rest_as_it_is() -> None:
    gateway = Leaking()
    gateway.tells = False
    seen = await soaked(memory_and_overhead(duration_hours=0.1), ("gpt-a",), gateway)
    assert (len(seen.tally.gauge.rows), seen.tally.failures) == (0, 0)
