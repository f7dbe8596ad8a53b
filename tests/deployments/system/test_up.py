"""The life of one observatory: brought up, applied to again and again, asked for runs, and ended with Ctrl-C.

The tests follow each other; the last one ends the observatory.
"""

import os
import re
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from deployments.local import drop_missed
from deployments.processes import alive
from deployments.retries import ApiError
from litellm_observatory.orchestration.recovery.find import TESTS
from tests.chaos.faults import FAULTS
from tests.chaos.rounds import play
from tests.chaos.stage import Stage
from tests.deployments.conftest import Run
from tests.deployments.system.conftest import LET_IN
from tests.observatory import HOOK, KEY, Up, shell_lines
from tests.prefect_api import Prefect
from tests.timeouts import LONGEST_WAIT_SECONDS

NIGHTLY = "/deployments/name/release-gate/nightly"
ORIGINAL = "/deployments/name/oai-azure-release/nightly"
SCHEDULE = "schedule release-gate/nightly, 0 2 * * * Etc/UTC"
SINGLE = "/deployments/name/single-request/on-demand"


def fates(output: str) -> dict[str, str]:
    """What became of each object, by its name."""
    lines = (line.split(None, 1) for line in output.splitlines())
    return {line[1]: line[0] for line in lines if line and line[0] in ("created", "changed", "unchanged")}


def switch(prefect: Prefect, on: bool) -> None:
    """Switch the nightly run as somebody does in the UI."""
    nightly = prefect.ask("GET", NIGHTLY)
    prefect.ask("PATCH", f"/deployments/{nightly['id']}/schedules/{nightly['schedules'][0]['id']}", {"active": on})


def is_on(prefect: Prefect) -> bool:
    return bool(prefect.ask("GET", NIGHTLY)["schedules"][0]["active"])


def gateway_block(prefect: Prefect) -> dict[str, Any]:
    path = "/block_types/slug/litellm-gateway/block_documents/name/default"
    block: dict[str, Any] = prefect.ask("GET", f"{path}?include_secrets=true")
    return block


def test_the_shell_lines_of_the_migration_work_as_written(up: Up) -> None:
    lines = shell_lines("migration.md", "## Endpoints")
    script = f"set -e\n{lines}\necho; echo $RUN"
    said = {"PREFECT_API_URL": up.api_url, "PATH": os.environ["PATH"], **LET_IN}
    ran = subprocess.run(
        ["bash", "-c", script], env=said, capture_output=True, text=True, timeout=LONGEST_WAIT_SECONDS
    )
    assert ran.returncode == 0, ran.stderr
    run = up.prefect.ask("GET", f"/flow_runs/{ran.stdout.split()[-1]}")
    assert run["parameters"]["models"] == []
    assert run["name"] in ran.stdout  # /queue-status shows it


def test_the_first_start_creates_everything_and_says_so(up: Up) -> None:
    told = fates(up.output)
    assert told.pop("block type Slack Incoming Webhook") == "unchanged"  # Prefect's server brings it
    assert set(told.values()) == {"created"}
    assert {
        "work pool observatory",
        "work queue observatory/suites, limit 5",
        "work queue observatory/control, no limit",
        "deployment single-request/on-demand",
        "LiteLLM Gateway block default",
        "Slack Incoming Webhook block litellm-observatory",
        "automation observatory: run crashed",
    } <= set(told)
    assert f"{SCHEDULE}: off" in up.output
    assert "gateway   default is LiteLLM 1.80.0-standin: 1 chat model, no embedding models; MCP servers: none" in (
        up.output
    )
    assert "schedule oai-azure-release/nightly, 0 2 * * * Etc/UTC: off" in up.output


def test_suites_wait_for_a_place_and_control_never_does(up: Up) -> None:
    pool = up.prefect.ask("GET", "/work_pools/observatory")
    queues = up.prefect.ask("POST", "/work_pools/observatory/queues/filter", {})
    limits = {queue["name"]: queue["concurrency_limit"] for queue in queues}
    assert (pool["type"], pool["concurrency_limit"]) == ("process", None)
    assert (limits["suites"], limits["control"]) == (5, None)
    assert up.prefect.ask("GET", ORIGINAL)["work_queue_name"] == "suites"
    assert up.prefect.ask("GET", NIGHTLY)["work_queue_name"] == "control"


def test_a_second_apply_leaves_everything_also_what_somebody_switched(up: Up, run: Run) -> None:
    switch(up.prefect, on=True)
    single = up.prefect.ask("GET", SINGLE)["id"]
    up.prefect.ask("POST", f"/deployments/{single}/pause_deployment")
    again = {name: value for name, value in up.said.items() if name != "LITELLM_ALLOWED_HOSTS"}

    applied = run("apply", PREFECT_API_URL=up.api_url, **again, **LET_IN)

    assert applied.returncode == 0, applied.stderr
    assert set(fates(applied.stdout).values()) == {"unchanged"}
    assert len(fates(applied.stdout)) == len(fates(up.output))
    assert is_on(up.prefect)
    assert up.prefect.ask("GET", SINGLE)["paused"]
    assert gateway_block(up.prefect)["data"]["allowed_hosts"] == ["release.example.com"]
    up.prefect.ask("POST", f"/deployments/{single}/resume_deployment")


def test_an_apply_tells_what_it_changed_and_switches_the_night_on_by_a_word(up: Up, run: Run) -> None:
    switch(up.prefect, on=False)
    up.prefect.ask("DELETE", f"/block_documents/{gateway_block(up.prefect)['id']}")
    untested = run("apply", "--nightly", PREFECT_API_URL=up.api_url, **LET_IN)
    assert (untested.returncode, untested.stdout) == (1, f"Prefect server: {up.api_url}\n")
    assert untested.stderr.startswith(
        "The night cannot be switched on: there is no gateway 'default' for it to test."
    )
    up.prefect.ask("PATCH", "/work_pools/observatory", {"concurrency_limit": 7})
    up.prefect.ask("PATCH", "/work_pools/observatory/queues/control", {"concurrency_limit": 2})
    assert not is_on(up.prefect)

    applied = run(
        "apply", "--nightly", PREFECT_API_URL=up.api_url, **up.said | {"MAX_CONCURRENT_TESTS": "3"}, **LET_IN
    )

    assert {name: fate for name, fate in fates(applied.stdout).items() if fate != "unchanged"} == {
        "work pool observatory (concurrency_limit)": "changed",
        "work queue observatory/control, no limit (concurrency_limit)": "changed",
        "work queue observatory/suites, limit 3 (concurrency_limit)": "changed",
        f"{SCHEDULE}: on (switch)": "changed",
        "LiteLLM Gateway block default": "created",
    }
    assert is_on(up.prefect)
    night = next(line for line in applied.stdout.splitlines() if line.startswith("night "))
    assert re.fullmatch(
        r"night +release-gate/nightly is on, and takes each night: [1-9][\d,]+ requests; at most .*", night
    )
    assert gateway_block(up.prefect)["data"]["api_key"] == KEY


def refused(up: Up, deployment: str, parameters: dict[str, Any]) -> str:
    """Why a run with these parameters is not created; the server says so at once."""
    with pytest.raises(ApiError) as refusal:
        up.prefect.ask("POST", f"/deployments/{deployment}/create_flow_run", {"parameters": parameters})
    assert refusal.value.status == 409
    return refusal.value.detail


def test_an_unknown_parameter_is_refused_by_its_name_by_every_deployment(up: Up) -> None:
    deployments = up.prefect.ask("POST", "/deployments/filter", {})
    assert len(deployments) > 15
    for deployment in deployments:
        assert "durationhours" in refused(up, deployment["id"], {"durationhours": 1})


@pytest.mark.parametrize(
    ("deployment", "parameters"),
    [
        ("oai-azure-release", {"duration_hours": 1000}),
        ("oai-azure-release", {"max_failure_rate": 1.5}),
        ("oai-azure-release", {"request_interval_seconds": 0}),
        ("oai-azure-release", {"deployment_url": "ftp://litellm.example.com"}),
        ("oai-azure-release", {"models": ["gpt-a", " "]}),
        ("oai-azure-release", {"models": ["gpt-a"] * 201}),
        ("release-gate", {"release": "v1 90"}),
        ("release-gate", {"profile": "smokey"}),
        ("release-gate", {"suites": ["../recovery"]}),
        ("release-gate", {"deployment_url": "litellm.example.com"}),
    ],
)
def test_a_parameter_out_of_bounds_is_refused_by_its_name(
    up: Up, deployment: str, parameters: dict[str, Any]
) -> None:
    found = up.prefect.ask("GET", f"/deployments/name/{deployment}/on-demand")
    assert next(iter(parameters)) in refused(up, found["id"], parameters)


@pytest.mark.night
def test_runs_that_were_due_while_nothing_was_up_do_not_all_begin_later(up: Up) -> None:
    nightly = {
        "flows": {"name": {"any_": ["release-gate"]}},
        "deployments": {"name": {"any_": ["nightly"]}},
        "sort": "EXPECTED_START_TIME_ASC",
    }
    until = time.monotonic() + LONGEST_WAIT_SECONDS  # Prefect's scheduler looks once a minute
    while not (scheduled := up.prefect.ask("POST", "/flow_runs/filter", nightly)):
        assert time.monotonic() < until
        time.sleep(0.2)
    with (
        closing(sqlite3.connect(up.folder / "prefect" / "prefect.db", timeout=LONGEST_WAIT_SECONDS)) as database,
        database,
    ):
        missed = (UUID(scheduled[0]["id"]).hex, scheduled[0]["id"])
        database.execute("update flow_run set expected_start_time = '2020-01-01 02:00:00' where id in (?, ?)", missed)

    drop_missed(up.prefect, print)

    first, *others = up.prefect.ask("POST", "/flow_runs/filter", nightly)
    assert first["state"]["name"] == "Cancelled"
    assert "no observatory was up" in first["state"]["message"]
    assert {run["state"]["name"] for run in others} == {"Scheduled"}


def test_a_second_observatory_in_the_same_folder_is_refused(up: Up, run: Run) -> None:
    second = run("up", "--folder", str(up.folder))
    assert second.returncode == 1
    assert f"kill {up.process.pid}" in second.stderr


@pytest.mark.night
def test_a_run_whose_process_is_killed_is_taken_up_sends_nothing_twice_and_is_told_once(up: Up) -> None:
    """The quick part of `make chaos`; here the server's automations ask a server that wants its auth string."""
    port = httpx.URL(up.api_url).port or 0
    stage = Stage(up.folder, port, LET_IN, up.gateway, up.slack)
    fault = FAULTS["SIGKILL of the flow"]
    outcome = play(stage, replace(fault, seconds=8), Random(fault.name))
    assert outcome.wrong == ()


@pytest.mark.night
def test_a_crash_is_told_by_the_server_itself_with_a_link_to_the_run(up: Up) -> None:
    """Of the gate and of the soak that were killed before; Prefect may act on one event more than once."""
    tests = {"id": [f"prefect.tag.{tag}" for tag in TESTS]}
    chosen = {"event": {"name": ["prefect.flow-run.Crashed"]}, "related": tests}
    events = up.prefect.ask("POST", "/events/filter", {"filter": chosen})["events"]
    crashed = {event["resource"]["prefect.resource.id"].removeprefix("prefect.flow-run.") for event in events}
    assert len(crashed) >= 2

    link = re.escape(f"{up.api_url.removesuffix('/api')}/v2/runs/flow-run/")
    notices = re.findall(f"{link}([0-9a-f-]+) crashed; it is resumed automatically", str(up.slack.messages))
    assert set(notices) == crashed


def test_ctrl_c_cancels_the_running_suite_and_leaves_nothing(up: Up) -> None:
    soak = up.prefect.start_run("oai-azure-release/on-demand", {"duration_hours": 1})
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while up.prefect.read_run(soak.id).state != "Running":
        assert time.monotonic() < until
        time.sleep(0.2)
    below = up.processes
    assert len(below) >= 3  # server, worker, and each run in a session of its own

    up.process.send_signal(signal.SIGINT)
    output, _ = up.process.communicate(timeout=LONGEST_WAIT_SECONDS)

    assert up.process.returncode == 0
    assert f"Cancelling {soak.name}" in output
    assert not alive(below)
    with closing(sqlite3.connect(up.folder / "prefect" / "prefect.db")) as database:
        states = dict(
            database.execute("select r.name, s.name from flow_run r join flow_run_state s on s.id = r.state_id")
        )
    assert states[soak.name] == "Cancelled"


def test_no_secret_was_told_or_kept_readable(up: Up) -> None:
    kept = [path.read_bytes() for path in up.folder.rglob("*") if path.is_file()]
    for text in (up.output.encode(), *kept):
        assert KEY.encode() not in text
        assert HOOK.encode() not in text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"LITELLM_API_KEY": KEY}, "LITELLM_GATEWAY_URL is not"),
        ({"MAX_CONCURRENT_TESTS": "none"}, "MAX_CONCURRENT_TESTS is 'none'"),
        ({"LITELLM_GATEWAY_URL": KEY, "LITELLM_API_KEY": KEY}, "LITELLM_GATEWAY_URL: '…' is no base URL"),
        ({}, "No Prefect server answers at http://127.0.0.1:9/api"),
    ],
)
def test_what_keeps_apply_from_going_on_is_told_in_one_sentence(
    run: Run, said: dict[str, str], sentence: str
) -> None:
    applied = run("apply", **{"PREFECT_API_URL": "http://me:very-secret@127.0.0.1:9/api"} | said)
    assert applied.returncode == 1
    assert re.fullmatch(r"Prefect server: http://127\.0\.0\.1:[0-9]+/api.*\n", applied.stdout)
    assert sentence in applied.stderr
    assert len(applied.stderr.splitlines()) == 1
    assert KEY not in applied.stderr
    assert "very-secret" not in applied.stdout + applied.stderr


def test_a_command_that_does_not_exist_is_a_wrong_usage(run: Run) -> None:
    assert run("aply").returncode == 2
