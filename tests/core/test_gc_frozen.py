"""What lives already is kept out of the garbage collector's way."""

import gc

import pytest

from litellm_observatory.core.load.send_window import gc_frozen


def test_what_lives_is_not_collected_meanwhile_and_is_again_afterwards() -> None:
    before = gc.get_freeze_count()
    with gc_frozen():
        assert gc.get_freeze_count() > before + 1000
    assert gc.get_freeze_count() == 0


def test_the_collector_sees_everything_again_after_a_fault() -> None:
    @gc_frozen()
    def faulty() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        faulty()
    assert gc.get_freeze_count() == 0
