"""What prefect.yaml declares, and how it is told that it declares nonsense."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

from deployments.automations import ZOMBIE_SECONDS
from deployments.declared import read_declared
from deployments.obstacle import Obstacle
from deployments.settings import ROOT

FILE = ROOT / "prefect.yaml"


def declared() -> dict[str, dict[str, Any]]:
    """Each stanza under `flow/deployment`."""
    stanzas = yaml.safe_load(FILE.read_text())["deployments"]
    flows: list[Flow[Any, Any]] = [load_flow_from_entrypoint(f"{ROOT}/{stanza['entrypoint']}") for stanza in stanzas]
    return {f"{flow.name}/{stanza['name']}": stanza for flow, stanza in zip(flows, stanzas, strict=True)}


def test_release_tooling_finds_the_deployments_that_it_relies_on() -> None:
    assert {"single-request/on-demand", "oai-azure-release/on-demand", "oai-azure-release/nightly"} <= set(declared())


def test_suites_wait_in_a_queue_that_nothing_else_waits_in_and_all_refuse_wrong_parameters() -> None:
    for stanza in declared().values():
        queue = "suites" if "suite" in stanza["tags"] else "control"
        assert (stanza["work_pool"]["name"], stanza["work_pool"]["work_queue_name"]) == ("observatory", queue)
        assert stanza["enforce_parameter_schema"]
        assert stanza["description"]
        assert stanza["tags"]


def test_every_run_gives_signs_of_life_and_outlives_its_worker() -> None:
    for stanza in declared().values():
        job = stanza["work_pool"]["job_variables"]
        assert int(job["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]) < ZOMBIE_SECONDS / 10
        assert job["stream_output"] is False


def test_the_nightly_run_soaks_three_hours_from_two_and_is_off_until_there_is_a_gateway() -> None:
    nightly = declared()["oai-azure-release/nightly"]
    assert nightly["parameters"] == {"duration_hours": 3}
    assert nightly["schedules"] == [
        {"slug": "nightly", "cron": "0 2 * * *", "timezone": "Etc/UTC", "active": False},
    ]


def test_no_path_of_a_machine_is_in_it() -> None:
    assert str(ROOT) not in FILE.read_text()
    assert all(not Path(entrypoint).is_absolute() for _, entrypoint in read_declared(FILE))


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (None, "cannot be read"),
        ("deployments: [", "is no YAML"),
        ("name: x", "declares no deployments"),
        ("deployments: 3", "declares no deployments"),
        ("deployments: [{name: on-demand}]", "Deployment 1 .* needs a name and an entrypoint"),
    ],
)
def test_a_file_that_declares_nonsense_is_told_in_one_sentence(
    tmp_path: Path, text: str | None, trouble: str
) -> None:
    file = tmp_path / "prefect.yaml"
    if text:
        file.write_text(text)
    with pytest.raises(Obstacle, match=trouble) as told:
        read_declared(file)
    assert "\n" not in str(told.value)
