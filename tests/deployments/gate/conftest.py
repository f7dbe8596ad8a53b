"""One server for all that is tested of a gate."""

from collections.abc import Iterator

import pytest
from prefect.events.worker import EventsWorker

from tests.deployments.gate.fake_gate import FakeGate, fake_gate
from tests.timeouts import LONGEST_WAIT_SECONDS


@pytest.fixture(scope="package")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGate]:
    with fake_gate(tmp_path_factory.mktemp("server")) as here:
        yield here
        # Prefect sends a process's events to the server that it asked first, and tries for hours once that has ended.
        EventsWorker.drain_all(timeout=LONGEST_WAIT_SECONDS)
