"""One release and attempt is one gate, however many ask for it; what cannot be started is told in one sentence."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deployments.api import connect
from deployments.command_error import CommandError
from deployments.gate.options import GateOptions
from deployments.gate.start import check_same, start
from deployments.links import link
from deployments.parameters import parameters_of
from deployments.server import free_port
from deployments.start import check_names
from tests.deployments.conftest import Guarded
from tests.deployments.gate.fake_gate import FakeGate


def test_twelve_callers_at_once_get_one_gate(here: FakeGate) -> None:
    with ThreadPoolExecutor(12) as pool:
        runs = list(pool.map(lambda _: here.begun(GateOptions("v-twelve")), range(12)))
    assert len({run.id for run in runs}) == 1
    assert here.begun(GateOptions("v-twelve", attempt=2)).id != runs[0].id


def test_the_same_attempt_with_another_profile_is_refused(here: FakeGate) -> None:
    first = here.begun(GateOptions("v-profile", {"profile": "smoke"}))
    assert (
        here.begun(GateOptions("v-profile", {"profile": "smoke", "models": []})).id == first.id
    )  # as it is by default
    with pytest.raises(
        CommandError, match=r"v-profile was started before with another value of profile; give another"
    ):
        here.begun(GateOptions("v-profile"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "modles=[]",
            r"no parameter modles \(did you mean models\?\)\. There are: models, profile, release, slack\.",
        ),
        (
            "profile=huge",
            r"does not take what is given for profile: 'huge' is not one of \['smoke', 'standard', 'full'\]\.$",
        ),
        ("models=gpt-a", r"given for models: 'gpt-a' is not of type 'array' \(-p takes JSON, such as"),
    ],
)
def test_parameters_that_the_gate_does_not_take_are_told_and_nothing_runs(
    here: FakeGate, typed: str, sentence: str
) -> None:
    counted = {"flow_runs": {"tags": {"is_null_": True}}}
    before = here.prefect.ask("POST", "/flow_runs/count", counted)
    with pytest.raises(CommandError, match=sentence) as told:
        here.gate(GateOptions("v-mistaken", parameters_of([typed])))
    assert "\n" not in str(told.value)
    assert here.prefect.ask("POST", "/flow_runs/count", counted) == before


def test_an_unknown_parameter_is_told_with_the_closest_and_all_others() -> None:
    known: dict[str, Any] = {"release": {}, "models": {}, "profile": {}}
    with pytest.raises(
        CommandError, match=r"no parameter modles \(did you mean models\?\)\. There are: models, profile, rel"
    ):
        check_names("release-gate/on-demand", {"release": "v1", "modles": []}, known)
    with pytest.raises(CommandError, match=r"no parameter zzz\. There are"):
        check_names("release-gate/on-demand", {"zzz": 1}, known)
    check_names("release-gate/on-demand", {"anything": 1}, {})  # nobody knows: the server decides


def test_another_gate_under_the_same_key_is_told_by_names_alone() -> None:
    asked = GateOptions("v1", {"profile": "full"})
    with pytest.raises(
        CommandError, match="another value of profile, slack; give another --attempt, such as 2"
    ) as told:
        check_same({"profile": "full"}, {"profile": "smoke", "slack": "hidden"}, asked)
    assert "hidden" not in str(told.value)
    check_same({"profile": "full", "slack": None}, {"profile": "full"}, asked)


def test_no_server_is_told_with_the_remedy() -> None:
    nobody = connect({"PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api"}, retry_seconds=0)
    with pytest.raises(
        CommandError, match=r"does not answer \(ConnectError\).* Start one \(make up\), or set PREFECT_API_URL"
    ):
        start(nobody, GateOptions("v1"))


@pytest.mark.parametrize("url", ["prefect.example.com/api", "ftp://prefect/api", "http://", "http://["])
def test_an_address_that_is_none_is_told_without_asking_it(url: str) -> None:
    with pytest.raises(CommandError, match="PREFECT_API_URL is no URL"):
        connect({"PREFECT_API_URL": url})


def test_a_password_in_the_address_lets_in_and_is_shown_nowhere() -> None:
    environment = {"PREFECT_API_URL": "https://me:very%2Dsecret@prefect.example.com/api/"}
    found = connect(environment)
    assert found.url == "https://prefect.example.com/api"
    assert "secret" not in repr(found)
    assert link(environment, found, "1") == "https://prefect.example.com/v2/runs/flow-run/1"
    assert link({"PREFECT_UI_URL": "https://ui/"}, found, "1") == "https://ui/runs/flow-run/1"


@pytest.mark.parametrize(
    ("named", "said", "header"),
    [
        ("me:very%2Dsecret@", {}, "Basic bWU6dmVyeS1zZWNyZXQ="),
        ("a:secret@", {"PREFECT_API_AUTH_STRING": "c:d"}, "Basic Yzpk"),
        ("", {"PREFECT_API_KEY": " pnu_secret "}, "Bearer pnu_secret"),
        ("", {"PREFECT_API_KEY": "pnu_secret", "PREFECT_API_AUTH_STRING": "c:d"}, "Basic Yzpk"),
    ],
)
def test_what_lets_in_is_said_as_prefects_own_client_does_and_shown_nowhere(
    guarded: Guarded, named: str, said: dict[str, str], header: str
) -> None:
    found = connect({"PREFECT_API_URL": guarded.url.replace("//", f"//{named}"), **said})
    with pytest.raises(CommandError, match="without the right PREFECT_API_AUTH_STRING or PREFECT_API_KEY") as told:
        start(found, GateOptions("v1"))
    assert "secret" not in f"{told.value}{found}"
    assert set(guarded.said) == {header}


@pytest.mark.parametrize("key", ["pnu_secret one", "pnu_secrét", "pnu_secret\nx"])
def test_a_key_that_no_header_takes_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(CommandError, match="PREFECT_API_KEY has blanks or characters") as told:
        connect({"PREFECT_API_URL": "https://prefect.example.com/api", "PREFECT_API_KEY": key})
    assert "secr" not in str(told.value)


def test_a_run_on_prefect_cloud_is_looked_at_in_its_ui() -> None:
    said = {"PREFECT_API_URL": "https://api.prefect.cloud/api/accounts/1/workspaces/2", "PREFECT_API_KEY": "k"}
    assert link(said, connect(said), "3") == ("https://app.prefect.cloud/account/1/workspace/2/runs/flow-run/3")
