"""What is stored of a run is data: who may write to the storage can spoil a run, but makes it execute nothing."""

import json
import pickle
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from prefect.serializers import PickleSerializer

from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.core.report.report import Report
from litellm_observatory.orchestration.persistence.stored import VERSION, WITHOUT_EXEMPLARS
from tests.orchestration.conftest import Finished, Observatory

QUICK = {"duration_hours": 3 / 3600, "request_interval_seconds": 0.05, "max_failure_rate": 0.05}


class Payload:
    """A pickle that creates a file when it is loaded."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.file,)


def malicious(file: Path) -> bytes:
    """A record as Prefect reads it, whose result is a pickle that acts."""
    result = PickleSerializer(picklelib="cloudpickle").dumps(Payload(file)).decode()
    metadata = {"serializer": {"type": "pickle", "picklelib": "cloudpickle"}, "prefect_version": "3.8.8"}
    return json.dumps({"metadata": metadata, "result": result}).encode()


def of_version(version: int, record: bytes) -> bytes:
    """The record as another version of ours stored it, or may store it."""
    outer = json.loads(record)
    outer["result"] = json.dumps(json.loads(outer["result"]) | {"version": version})
    return json.dumps(outer).encode()


def of_another_kind(record: bytes) -> bytes:
    outer = json.loads(record)
    outer["result"] = json.dumps(json.loads(outer["result"]) | {"kind": "nothing", "data": None})
    return json.dumps(outer).encode()


def with_failures_that_nothing_had(record: bytes) -> bytes:
    outer = json.loads(record)
    stored = json.loads(outer["result"])
    stored["data"]["fingerprints"] = [[["gpt-4o-mini", "timeout", "no answer"], [1_000_000, 0.0, 0.0]]]
    outer["result"] = json.dumps(stored)
    return json.dumps(outer).encode()


async def broken_soak(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch, soak: Mapping[str, float]
) -> Finished:
    """A soak that has sent everything, and that a fault of ours keeps from its verdict."""

    def fail(*_: object, **__: object) -> Report:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("litellm_observatory.orchestration.run_suite.report_of_soak", fail)
        run = await observatory.run(oai_azure_release, **soak)
    assert run.state.name == "Errored"
    return run


def windows(observatory: Observatory) -> list[Path]:
    found = [path for path in observatory.results.rglob("*send_request_window*") if path.is_file()]
    assert found
    return found


async def test_a_pickle_in_the_place_of_a_result_is_not_executed_and_its_window_was_not_observed(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = await broken_soak(observatory, monkeypatch, QUICK)
    for file in observatory.results.rglob("*"):
        if file.is_file():
            file.write_bytes(malicious(tmp_path / "executed"))

    again = await observatory.again(oai_azure_release, run, **QUICK)

    assert not (tmp_path / "executed").exists()
    assert again.state.name == "Invalid"
    assert again.report.sent == 0
    assert again.report.not_observed == again.report.due == 60


SPOILT: Mapping[str, Callable[[bytes], bytes]] = {
    "cut": lambda record: record[:-20],
    "garbage": lambda record: b"\x00\xff" * 100,
    "deep": lambda record: b"[" * 1_000_000,
    "an earlier version": partial(of_version, WITHOUT_EXEMPLARS - 1),
    "a later version": partial(of_version, VERSION + 1),
    "another kind": of_another_kind,
    "impossible": with_failures_that_nothing_had,
}


async def test_windows_whose_result_cannot_be_read_were_not_observed_and_the_others_count(
    observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    soak = QUICK | {"duration_hours": (len(SPOILT) + 2) / 3600}  # windows of a second
    run = await broken_soak(observatory, monkeypatch, soak)
    stored = {int(file.name.rpartition("-")[2]): file for file in windows(observatory)}
    assert len(stored) == len(SPOILT) + 2
    for index, spoil in enumerate(SPOILT.values(), start=1):
        stored[index].write_bytes(spoil(stored[index].read_bytes()))

    again = await observatory.again(oai_azure_release, run, **soak)

    assert again.report.verdict.is_judgement
    lost = dict(enumerate(SPOILT, start=1))
    assert {window.index for window in again.report.windows if not window.requests} == lost.keys(), lost
    assert {window.index for window in again.report.windows if window.not_observed} == lost.keys(), lost


async def test_what_is_stored_is_json_without_pickles_and_class_paths(observatory: Observatory) -> None:
    await observatory.run(single_request)
    await observatory.run(oai_azure_release, **QUICK)
    await observatory.run(single_request, models=["nobody-knows"])
    records = [path.read_bytes() for path in observatory.results.rglob("*") if path.is_file()]
    assert len(records) > 8
    kinds = set()
    for record in records:
        outer = json.loads(record)
        stored = json.loads(outer["result"])
        assert stored["format"] == "litellm-observatory"
        assert isinstance(stored["version"], int)
        assert outer["metadata"]["serializer"]["type"] == "litellm-observatory"
        assert b"__class__" not in record
        kinds.add(stored["kind"])
    assert kinds == {"Tally", "Sample", "Chosen", "nothing", "fault"}


def test_the_payload_would_act_if_it_were_loaded(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "executed")))
    assert (tmp_path / "executed").exists()
