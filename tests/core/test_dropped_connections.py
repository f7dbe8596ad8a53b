"""Dropped connections, over real sockets: a gateway that kills requests does not pass, a short keep-alive does."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import pytest

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Verdict, conclude
from litellm_observatory.core.wire.client import Client
from suites.oai_azure_release import oai_azure_release
from tests.core.sockets import Talk, answer, client_of, read_request
from tests.core.virtual_soak import send_whole

SOAK = oai_azure_release(duration_hours=960 / 3600, request_interval_seconds=2.0)
"""480 requests: of these 2 % are 9, too few to prove more than 1 %, and too many for a pass."""


@dataclass
class Killing:
    """A gateway that closes the connection at every 50th request, as it arrives, while it serves the rest."""

    arrived: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            self.arrived += 1
            if self.arrived % 50 == 0:
                return
            await answer(writer)


def keeping_alive(seconds: float) -> Talk:
    """A healthy gateway that closes connections which have been idle for so long."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(seconds):
                    await read_request(reader)
                await answer(writer)

    return talk


async def soaked(client: Client, monkeypatch: pytest.MonkeyPatch) -> tuple[Verdict, str, Tally]:
    monkeypatch.setattr("aiohttp.connector.monotonic", asyncio.get_running_loop().time)
    tally = await send_whole(SOAK, SOAK.traffic(("gpt-a",)), client)
    return *conclude(*SOAK.judge(tally, None)), tally


async def test_a_gateway_that_kills_2_percent_of_the_requests_on_arrival_does_not_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with client_of(Killing()) as client:
        verdict, sentence, tally = await soaked(client, monkeypatch)
    assert (verdict, tally.sent) == (Verdict.INCONCLUSIVE, 480)
    assert (tally.failures, tally.stale) == (8, 1)  # once idle connections are dropped earlier, ours are fresh
    assert "1 more were lost on connections closed as they were reused" in sentence


async def test_a_healthy_gateway_that_keeps_connections_for_a_short_time_passes_and_is_stated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with client_of(keeping_alive(2.0)) as client:
        verdict, sentence, tally = await soaked(client, monkeypatch)
    assert verdict is Verdict.PASSED, sentence
    assert tally.stale <= 1
    assert "idle for 2 s; from then on ours were closed after 1 s" in client.notes[0]
