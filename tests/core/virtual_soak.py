"""A whole soak in virtual time: every window sent on schedule, as the flow does it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from litellm_observatory.core.judging.early_stop import EarlyStop
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.send_window import send_window, sleep_until
from litellm_observatory.core.load.traffic import Traffic, Window
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.client import Client
from tests.core.examples import client_to, completion, streamed

LEAD_SECONDS = 1.0


@dataclass
class MadeUp:
    """A gateway that answers after `latency` seconds, and never to what arrives within `hangs` (from, to)."""

    latency: float = 0.4
    hangs: tuple[float, float] = (0.0, 0.0)
    arrivals: list[tuple[float, str]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        now = asyncio.get_running_loop().time() - LEAD_SECONDS
        self.arrivals.append((now, request.headers["x-request-id"]))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.hangs[0] <= now < self.hangs[1]:
                await asyncio.Event().wait()
            await asyncio.sleep(self.latency)
        finally:
            self.in_flight -= 1
        if b'"stream"' in request.content:
            return httpx.Response(200, content=streamed().body)
        return httpx.Response(200, json=completion())


@dataclass(frozen=True)
class Soaked:
    """What came of a soak: the schedule, a tally per window, and all of them in one."""

    traffic: Traffic
    tallies: Sequence[Tally]
    tally: Tally


async def soaked(soak: Soak, models: tuple[str, ...], gateway: MadeUp, timeout_seconds: float = 60.0) -> Soaked:
    """Run a soak against a made-up gateway; its first request is due LEAD_SECONDS from now."""
    traffic = soak.traffic(models)
    async with client_to(gateway, timeout_seconds=timeout_seconds) as client:
        tallies = await send_windows(soak, traffic, client)
    return Soaked(traffic, tallies, Tally.merge(models, tallies))


async def send_whole(soak: Soak, traffic: Traffic, client: Client) -> Tally:
    """What came of a whole soak to wherever a client goes."""
    return Tally.merge(traffic.models, await send_windows(soak, traffic, client))


async def send_windows(soak: Soak, traffic: Traffic, client: Client) -> list[Tally]:
    """The tally of each window; the first request is due LEAD_SECONDS from now."""
    mix = soak.mix(traffic.models)
    start = asyncio.get_running_loop().time() + LEAD_SECONDS
    early_stop = EarlyStop(traffic.count, soak.max_failure_rate, enabled=False)
    windows: list[asyncio.Task[Tally]] = []

    def send(window: Window) -> asyncio.Task[Tally]:
        return asyncio.create_task(send_window(client, mix, traffic, window, start, "run", early_stop))

    for window in traffic.windows:
        await sleep_until(start + window.start - LEAD_SECONDS)
        windows.append(send(window))
    return await asyncio.gather(*windows)
