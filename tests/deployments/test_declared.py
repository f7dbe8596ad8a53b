"""What prefect.yaml declares, and how it is told that it declares nonsense."""

from pathlib import Path
from typing import Any

import pytest
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools import validate

from deployments.automations import ZOMBIE_SECONDS
from deployments.command_error import CommandError
from deployments.prefect_yaml import read_prefect_yaml
from litellm_observatory.core.discovery.model_info import TargetKind
from litellm_observatory.core.gate.profiles import PROFILES
from litellm_observatory.core.suite import Soak
from litellm_observatory.orchestration.gate.load_suite import load_suite
from litellm_observatory.project import PROJECT
from tests.deployed import FILE, declared, flow_of
from tests.deployments.conftest import Run


def run_forms() -> dict[str, dict[str, Any]]:
    """What the run form of each deployment is made of."""
    return {name: parameter_schema(flow_of(stanza)).model_dump() for name, stanza in declared().items()}


def is_bounded(about: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """Whether a value has an end: a number at both ends, a text or list in its length, or one of a few."""
    if "$ref" in about:
        return is_bounded(definitions[about["$ref"].rpartition("/")[2]], definitions)
    if choices := about.get("anyOf") or about.get("allOf"):
        return all(is_bounded(choice, definitions) for choice in choices)
    if about.keys() & {"enum", "const"}:
        return True
    match about.get("type"):
        case "number" | "integer":
            return len(bounds(about)) == 2
        case "string":
            return "maxLength" in about or about.get("format") in ("uuid", "date-time", "date")
        case "array":
            return "maxItems" in about and is_bounded(about["items"], definitions)
        case kind:
            return kind in ("boolean", "null")


def bounds(about: dict[str, Any]) -> list[float]:
    names = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
    return [about[name] for either in names for name in either if name in about]


def test_release_tooling_finds_the_deployments_that_it_relies_on() -> None:
    assert {
        "single-request/on-demand",
        "oai-azure-release/on-demand",
        "oai-azure-release/nightly",
        "release-gate/on-demand",
        "release-gate/nightly",
    } <= set(declared())


def test_every_suite_of_a_profile_can_be_started_and_says_what_it_tests() -> None:
    suites = {
        name.removesuffix("/on-demand"): one["tags"] for name, one in declared().items() if "suite" in one["tags"]
    }
    for profile in PROFILES.values():
        assert set(profile.suites) <= set(suites)
    assert TargetKind.EMBEDDING in suites["embeddings-release"]
    assert TargetKind.MCP_SERVER in suites["mcp-release"]
    assert not {*TargetKind} & set(suites["oai-azure-release"])


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


NIGHTLY = {"slug": "nightly", "cron": "0 2 * * *", "timezone": "Etc/UTC", "active": False}


def test_the_night_belongs_to_the_full_gate_which_is_off_until_somebody_switches_it_on() -> None:
    gate = declared()["release-gate/nightly"]
    assert gate["parameters"] == {"profile": "full"}
    assert gate["schedules"] == [NIGHTLY]


def test_the_original_schedule_is_there_for_who_wants_it() -> None:
    nightly = declared()["oai-azure-release/nightly"]
    assert nightly["parameters"] == {"duration_hours": 3}
    assert nightly["schedules"] == [NIGHTLY]


@pytest.mark.parametrize(("name", "form"), run_forms().items())
def test_the_run_form_says_of_every_parameter_what_it_is_and_how_far_it_goes(name: str, form: dict[str, Any]) -> None:
    for parameter, about in form["properties"].items():
        assert about.get("description"), parameter
        assert is_bounded(about, form["definitions"]), parameter
        for bound in bounds(about):
            assert f"{bound}" in about["description"], f"{parameter}: the form shows {bound} only once it is passed"


@pytest.mark.parametrize(("name", "form"), run_forms().items())
def test_a_run_can_be_started_without_filling_in_anything(name: str, form: dict[str, Any]) -> None:
    assert form["required"] == []
    defaults = {parameter: about["default"] for parameter, about in form["properties"].items()}
    assert validate(defaults | declared()[name].get("parameters", {}), form) == []


def test_no_path_of_a_machine_is_in_it() -> None:
    assert str(PROJECT) not in FILE.read_text()
    assert all(not Path(entrypoint).is_absolute() for _, entrypoint in read_prefect_yaml(FILE))


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
    with pytest.raises(CommandError, match=trouble) as told:
        read_prefect_yaml(file)
    assert "\n" not in str(told.value)


def test_a_file_of_ones_own_that_is_not_there_is_told_before_any_server_is_asked(run: Run) -> None:
    applied = run("apply", "--file", "absent.yaml", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert applied.returncode == 1
    assert applied.stderr.startswith("absent.yaml cannot be read (No such file or directory)")


@pytest.mark.parametrize("name", [name for name, one in declared().items() if "suite" in one["tags"]])
def test_what_a_suite_sends_is_known_before_it_is_run(name: str) -> None:
    """By the flow of its deployment, and by the parameters of its form."""
    stanza, flow = declared()[name], flow_of(declared()[name])
    form = parameter_schema(flow).model_dump()["properties"]
    defaults = {parameter: about["default"] for parameter, about in form.items()}
    suite = load_suite(flow.name, stanza["entrypoint"], PROJECT, defaults)
    assert suite is not None
    assert suite.name == flow.name
    if isinstance(suite, Soak):
        assert suite.duration_seconds == form["duration_hours"]["default"] * 3600
