"""One server for all that is tested of a gate."""

from collections.abc import Iterator

import pytest

from tests.deployments.gate.fake_gate import FakeGate, fake_gate


@pytest.fixture(scope="package")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGate]:
    with fake_gate(tmp_path_factory.mktemp("server")) as here:
        yield here
