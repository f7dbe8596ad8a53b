"""Memory: growth that is sure, growth that is not, in one process of many, and what cannot be told apart."""

import numpy as np
import pytest

from litellm_observatory.core.judging.gauge import Reading
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Status
from litellm_observatory.core.objectives.memory_growth import MemoryGrowth
from litellm_observatory.core.wire.samples import Process

LIMIT = MemoryGrowth(100.0)
FIRST = Process("pod-a", 1)


def readings(
    mb_per_hour: float,
    process: Process | None = FIRST,
    *,
    hours: float = 1.0,
    begin: float = 0.0,
    every: float = 15.0,
    noise: float = 0.0,
    warm_up: float = 0.0,
) -> list[Reading]:
    """Readings of one process, `every` so many seconds, from 400 MB at `begin` (hours); `warm_up` comes at once."""
    at = np.arange(0, hours * 3600, every)
    value = 400 + mb_per_hour * at / 3600 + np.random.default_rng(1).normal(0, noise or 1e-9, len(at))
    value[at > hours * 360] += warm_up
    return [Reading(begin * 3600 + float(a), float(v), process) for a, v in zip(at, value, strict=True)]


def tally(*series: list[Reading]) -> Tally:
    return Tally.of(("gpt-a",), gauge=[reading for each in series for reading in each])


@pytest.mark.parametrize(
    ("series", "status", "said"),
    [
        (readings(0), Status.MET, "memory: grew by 0 MB an hour"),
        (readings(50, noise=2), Status.MET, "grew by 5"),
        (readings(300, noise=10), Status.VIOLATED, "limit 100), from "),
        (
            readings(-50),
            Status.MET,
            "grew by -50 MB an hour (95 % bounds -50 and -50, limit 100), from 400 MB to 350 MB",
        ),
        (readings(0, warm_up=200), Status.MET, "from 400 MB to 600 MB"),
        (readings(300, hours=0.1, noise=50), Status.UNDECIDED, "a longer run is needed"),
        (
            readings(300, hours=0.037),
            Status.UNDECIDED,
            "memory: was read 9 times, too rarely to judge its growth; 10 do",
        ),
        (readings(300, hours=0.04), Status.VIOLATED, "grew by 300 MB an hour"),
    ],
)
def test_growth_is_judged_by_its_bounds(series: list[Reading], status: Status, said: str) -> None:
    finding = LIMIT.judge(tally(series))
    assert finding.status is status
    assert said in finding.sentence
    assert finding.required


def test_a_gateway_that_does_not_tell_withholds_no_pass() -> None:
    finding = LIMIT.judge(tally())
    assert (finding.status, finding.required) == (Status.UNDECIDED, False)


def test_a_reading_that_never_changes_is_no_growth() -> None:
    assert LIMIT.judge(tally([Reading(float(at), 400.0, FIRST) for at in range(100)])).status is Status.MET


@pytest.mark.parametrize("other", [Process("pod-a", 2), Process("pod-b", 1)], ids=["other worker", "other pod"])
def test_one_process_that_leaks_among_others_is_found_and_named(other: Process) -> None:
    finding = LIMIT.judge(tally(readings(0), readings(300, other), readings(0, Process("pod-c", 7))))
    assert finding.status is Status.VIOLATED
    assert f"1 of 3 processes too fast: process {other.pid} on {other.host} grew by 300 MB" in finding.sentence


def test_processes_that_hold_different_amounts_and_do_not_grow_pass() -> None:
    more = [reading._replace(value=reading.value + 900) for reading in readings(20, Process("pod-b", 1))]
    finding = LIMIT.judge(tally(readings(0), more))
    assert finding.status is Status.MET
    assert "2 of 2 processes within the limit: process 1 on pod-b grew by 20 MB" in finding.sentence


def test_a_process_that_was_read_too_rarely_withholds_the_pass() -> None:
    finding = LIMIT.judge(tally(readings(0), readings(0, Process("pod-b", 1), every=400)))
    assert finding.status is Status.UNDECIDED
    assert "1 of 2 processes undecided: process 1 on pod-b was read 9 times, too rarely" in finding.sentence


def test_a_leak_that_is_proven_outranks_a_process_that_was_read_too_rarely() -> None:
    assert LIMIT.judge(tally(readings(300), readings(0, Process("b", 1), every=400))).status is Status.VIOLATED


@pytest.mark.parametrize("mb_per_hour", [0, 300])
def test_readings_that_name_no_process_prove_nothing_and_say_what_would(mb_per_hour: float) -> None:
    finding = LIMIT.judge(tally(readings(mb_per_hour, None)))
    assert (finding.status, finding.required) == (Status.UNDECIDED, True)
    assert "240 readings from 400 MB to" in finding.sentence
    assert "update LiteLLM to a release whose /debug/memory/summary has worker_pid and hostname" in finding.sentence


def test_a_restarted_process_is_a_series_of_its_own_and_is_stated() -> None:
    finding = LIMIT.judge(tally(readings(0, hours=0.5), readings(0, Process("pod-a", 9), hours=0.5, begin=0.5)))
    assert finding.status is Status.MET
    assert "process 9 on pod-a came at 0:30:00, after the last of process 1 on pod-a: restarted" in finding.sentence


def test_workers_that_answer_side_by_side_are_no_restart() -> None:
    finding = LIMIT.judge(tally(readings(0), readings(0, Process("pod-a", 9), begin=0.01)))
    assert "restarted" not in finding.sentence


@pytest.mark.parametrize(("mb_per_hour", "status"), [(50, Status.MET), (300, Status.UNDECIDED)])
def test_a_lasting_fall_under_the_same_name_hides_no_growth(mb_per_hour: float, status: Status) -> None:
    before = [reading._replace(value=reading.value + 200) for reading in readings(mb_per_hour, hours=0.5)]
    finding = LIMIT.judge(tally(before, readings(mb_per_hour, hours=0.5, begin=0.5)))
    assert finding.status is status
    assert "to 400 MB at 0:30:00, as by a restart; between, it grew by" in finding.sentence


def test_a_moment_without_memory_is_no_restart() -> None:
    series = readings(0)
    series[100] = series[100]._replace(value=100.0)
    assert "restart" not in LIMIT.judge(tally(series)).sentence


def test_the_limit_is_shared_by_all_that_are_looked_at() -> None:
    just = readings(140, noise=30)
    alone = LIMIT.judge(tally(just)).status
    among = LIMIT.judge(tally(just, *(readings(0, Process("pod-b", pid)) for pid in range(1, 400)))).status
    assert (alone, among) == (Status.VIOLATED, Status.UNDECIDED)


def test_what_is_read_too_rarely_between_falls_asks_for_a_longer_run_alone() -> None:
    early = [reading._replace(value=reading.value + 200) for reading in readings(0, hours=0.02)]
    finding = LIMIT.judge(tally(early, readings(0, begin=0.02)))
    assert finding.status is Status.UNDECIDED
    assert finding.sentence.endswith("too rarely to judge its growth; 10 do: run longer")


def test_a_process_that_was_read_once_is_told_so_in_english() -> None:
    assert "was read once, too rarely" in LIMIT.judge(tally(readings(0)[:1])).sentence
