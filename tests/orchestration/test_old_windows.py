"""A soak goes on that an upgrade interrupted: windows that earlier versions stored are read.

The files of `windows` were written by the code of their versions, all of the same samples.
"""

import json
from pathlib import Path

import pytest

from litellm_observatory.core.judging.fingerprints import Occurrences
from litellm_observatory.core.judging.gauge import Reading
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.samples import Attempt, Process, Sample
from litellm_observatory.orchestration.persistence.stored import VERSION, WITHOUT_EXEMPLARS, DataSerializer
from litellm_observatory.orchestration.tasks import send_request_window

WINDOWS = {int(file.stem.rpartition("-")[2]): file for file in (Path(__file__).parent / "windows").iterdir()}
STORED = DataSerializer(kind=Tally)
BROKEN = Failure(FailureKind.SERVER_ERROR, "500: Internal Server Error")


def asked(index: int, *attempts: Attempt, model: str = "gpt-a") -> Sample:
    return Sample(index, model, model, due=index * 0.5, lateness=0.001, attempts=attempts)


STREAMED = Attempt(1.5, first_token_seconds=0.25, longest_gap_seconds=0.125, request_id="run-6")
TALLY = Tally.of(
    ("gpt-a", "gpt-b"),
    [
        asked(0, Attempt(0.25, version="1.90.0", overhead_ms=8.5, cost=0.0001, request_id="run-0")),
        asked(1, Attempt(0.5, BROKEN, request_id="run-1", call_id="call-1", model_id="deployment-1")),
        asked(2, Attempt(0.5, BROKEN, request_id="run-2", call_id="call-2"), model="gpt-b"),
        asked(3, Attempt(0.5, BROKEN, request_id="run-3")),
        asked(4, Attempt(60.0, Failure(FailureKind.TIMEOUT, "no answer"), request_id="run-4")),
        asked(5, Attempt(0.1, BROKEN, request_id="run-5"), Attempt(0.5, retries=1, request_id="run-5b")),
        asked(6, STREAMED, model="gpt-b"),
    ],
    lags=(0.002, 0.001),
    gauge=(Reading(1.0, 512.0, Process("pod-1", 7)), Reading(2.0, 513.0)),
)


def test_a_window_of_this_version_and_of_the_one_before_is_kept() -> None:
    assert {VERSION, VERSION - 1} <= WINDOWS.keys()
    assert send_request_window.result_serializer == STORED


@pytest.mark.parametrize("version", WINDOWS)
def test_a_window_is_read_whatever_version_stored_it(version: int) -> None:
    read: Tally = STORED.loads(WINDOWS[version].read_bytes())

    assert read.models == TALLY.models
    assert read.rows.dtype == TALLY.rows.dtype
    assert repr(read.rows.tolist()) == repr(TALLY.rows.tolist())  # a NaN equals none
    assert read.versions == TALLY.versions
    assert read.lags.tolist() == TALLY.lags.tolist()
    assert (read.gauge.rows.tolist(), read.gauge.processes) == (TALLY.gauge.rows.tolist(), TALLY.gauge.processes)
    kept = TALLY.fingerprints
    if version == WITHOUT_EXEMPLARS:
        kept = {fingerprint: Occurrences(*seen[:3]) for fingerprint, seen in kept.items()}
    assert read.fingerprints == kept


def test_an_old_window_counts_together_with_new_ones() -> None:
    old: Tally = STORED.loads(WINDOWS[WITHOUT_EXEMPLARS].read_bytes())
    new = Tally.of(TALLY.models, [asked(7, Attempt(0.5, BROKEN, request_id="run-7"))])
    assert Tally.merge(TALLY.models, [old, new]).failures == TALLY.failures + 1


def test_what_this_version_stores_is_what_its_file_holds() -> None:
    """Who changes what is stored raises the version, and keeps the old file."""
    assert json.loads(STORED.dumps(TALLY)) == json.loads(WINDOWS[VERSION].read_bytes())


def test_a_window_of_the_version_without_exemplars_that_has_some_is_none_of_its() -> None:
    record = json.loads(WINDOWS[VERSION].read_bytes()) | {"version": WITHOUT_EXEMPLARS}
    with pytest.raises(ValueError, match="exemplars"):
        STORED.loads(json.dumps(record).encode())
