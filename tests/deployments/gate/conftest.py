"""One server for all that is tested of a gate."""

from collections.abc import Iterator

import pytest

from tests.deployments.gate.fake_gate import World, world


@pytest.fixture(scope="package")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("server")) as here:
        yield here
