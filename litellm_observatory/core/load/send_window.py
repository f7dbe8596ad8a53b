"""Sending on schedule: the requests of one window, each at its instant, whatever became of the others."""

import asyncio
import gc
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from litellm_observatory.core.judging.early_stop import EarlyStop
from litellm_observatory.core.judging.gauge import Reading
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.load.traffic import RequestMix, Traffic, Window
from litellm_observatory.core.wire.client import Client, send
from litellm_observatory.core.wire.request import Request
from litellm_observatory.core.wire.samples import Sample

LAG_SAMPLED_EVERY_SECONDS = 0.25
GAUGED_PER_WINDOW = 20
LEAST_GAUGE_SECONDS = 0.1
"""A gauge is read twenty times a window, since any of sixteen processes may answer; in a short run no more often than
this."""


async def send_window(
    client: Client,
    mix: RequestMix,
    traffic: Traffic,
    window: Window,
    start: float,
    run_id: str,
    early_stop: EarlyStop,
) -> Tally:
    """Send the requests of `window` and tally what came back, once the last one is answered or timed out.

    `mix` holds the requests to each model of `traffic`; `start` is the run's start on the event loop's clock.
    What was due before this call is not sent any more: an instant that passed cannot be observed later.
    Once the soak is ended early nothing more is sent, and requests in flight are given up and not counted.
    """
    samples: list[Sample] = []
    lags: list[float] = []
    readings: list[Reading] = []
    sending: list[asyncio.Task[None]] = []

    async def send_due(index: int) -> None:
        due = traffic.due(index)
        lateness = asyncio.get_running_loop().time() - start - due
        request = mix.request(traffic, index)
        attempt = await send(client, request, f"{run_id}-{index}")
        sample = Sample(index, request.name, request.model, due, max(0.0, lateness), (attempt,))
        samples.append(sample)
        early_stop.observe(attempt.failure)

    async def send_all() -> None:
        now = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for index in window.requests:
                if (instant := start + traffic.due(index)) >= now:
                    await sleep_until(instant)
                    sending.append(group.create_task(send_due(index)))

    async def watch() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(_watch_lag(lags))
            if mix.gauge:
                every = max(LEAST_GAUGE_SECONDS, (window.end - window.start) / GAUGED_PER_WINDOW)
                group.create_task(_watch_gauge(client, mix.gauge, start, every, f"{run_id}-gauge", readings))

    await _until_either(send_all(), early_stop.triggered.wait(), beside=watch())
    early_stop.given_up += len(sending) - len(samples)
    return Tally.of(traffic.models, samples, lags, readings)


async def _until_either(
    work: Coroutine[Any, Any, object], end: Coroutine[Any, Any, object], *, beside: Coroutine[Any, Any, object]
) -> None:
    """Run all three until `work` or `end` is done, then cancel the others. Raises what `work` raised."""
    tasks = [asyncio.create_task(coroutine) for coroutine in (work, end, beside)]
    try:
        await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not tasks[0].cancelled():
        tasks[0].result()


async def _watch_lag(lags: list[float]) -> None:
    """Record again and again how much later than requested the event loop wakes us, in seconds."""
    loop = asyncio.get_running_loop()
    while True:
        expected = loop.time() + LAG_SAMPLED_EVERY_SECONDS
        await asyncio.sleep(LAG_SAMPLED_EVERY_SECONDS)
        lags.append(max(0.0, loop.time() - expected))


async def _watch_gauge(
    client: Client, gauge: Request, start: float, every: float, request_id: str, readings: list[Reading]
) -> None:
    """Read a gauge again and again, each reading with its time after the run's start; failures are skipped."""
    loop = asyncio.get_running_loop()
    while True:
        at = loop.time() - start
        attempt = await send(client, gauge, f"{request_id}-{at:.3f}")
        if attempt.reading is not None:
            readings.append(Reading(at, attempt.reading, attempt.process))
        await asyncio.sleep(every)


async def sleep_until(instant: float) -> None:
    """Sleep until an instant on the event loop's clock; not at all when it has passed."""
    remaining = instant - asyncio.get_running_loop().time()
    if remaining > 0:
        await asyncio.sleep(remaining)


@contextmanager
def gc_frozen() -> Iterator[None]:
    """Take what lives now out of the collector's sight, so that its full runs see only what is new.

    A full collection over the objects that Prefect's imports alone make was measured to stop everything for
    0.18 s, which every request due meanwhile would have been late by.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
