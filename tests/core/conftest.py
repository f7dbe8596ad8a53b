"""Tests of the core run in virtual time; a module that talks to another thread overrides `anyio_backend`."""

import pytest
from hypothesis import settings

from tests.clock import VirtualLoop

settings.register_profile("core", deadline=None)  # a busy machine is no fault of an example
settings.load_profile("core")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}
