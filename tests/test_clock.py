"""The virtual clock itself: hours pass at once, in order, and only when nothing else is left to do."""

import asyncio
import time

import pytest

from tests.clock import VirtualLoop


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


async def test_hours_pass_at_once_and_exactly() -> None:
    began = time.monotonic()
    for _ in range(1000):
        await asyncio.sleep(3600)
    assert asyncio.get_running_loop().time() == 3_600_000
    assert time.monotonic() - began < 5


async def test_what_is_due_earlier_happens_earlier() -> None:
    order: list[int] = []

    async def later(seconds: int) -> None:
        await asyncio.sleep(seconds)
        order.append(seconds)

    await asyncio.gather(*map(later, (3, 1, 2)))
    assert order == [1, 2, 3]


async def test_no_time_passes_while_there_is_work() -> None:
    for _ in range(1000):
        await asyncio.sleep(0)
    assert asyncio.get_running_loop().time() == 0


async def test_an_answer_over_a_socket_comes_before_a_later_timer() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(4))
        await asyncio.sleep(5)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    async with asyncio.timeout(60):
        writer.write(b"ping")
        assert await reader.read() == b"ping"
    assert asyncio.get_running_loop().time() == pytest.approx(5)
    writer.close()
    server.close()


def test_waiting_for_what_cannot_come_is_an_error_and_no_hang() -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(RuntimeError, match="would wait forever"):
        runner.run(asyncio.Event().wait())
