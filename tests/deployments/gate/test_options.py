"""What may be typed after `gate`, and how a mistake in it is told."""

from pathlib import Path
from typing import Any

import pytest

from deployments.__main__ import main
from deployments.command_error import CommandError
from deployments.commands import parse
from deployments.gate.options import GateOptions, gate_options
from deployments.parameters import parameters_of


def options(*arguments: str) -> GateOptions:
    return gate_options(**parse(["gate", *arguments])[1].arguments)


def test_a_release_is_enough() -> None:
    asked = options("--release", "v1.90.0")
    assert asked == GateOptions("v1.90.0")
    assert asked.key == "gate-v1.90.0-1"


def test_everything_may_be_said() -> None:
    typed = ("-p", "profile=smoke", "-p", "models=[]", "--attempt", "2", "--junit", "j.xml", "--json", "r.json")
    asked = options("--release", " 1.90 ", *typed)
    assert asked == GateOptions("1.90", {"profile": "smoke", "models": []}, 2, Path("j.xml"), Path("r.json"))
    assert asked.asked == {"release": "1.90", "profile": "smoke", "models": []}
    assert asked.key == "gate-1.90-2"


def test_a_pipeline_gives_a_key_of_its_own_instead_of_an_attempt() -> None:
    asked = options("--release", "v1", "--key", "17293-2")
    assert asked == GateOptions("v1", pipeline="17293-2")
    assert asked.key == "gate-v1-17293-2"
    with pytest.raises(SystemExit):
        options("--release", "v1", "--key", "17293-2", "--attempt", "2")


def test_a_gate_of_ones_own_shares_no_key_with_the_one_on_demand() -> None:
    asked = options("--release", "v1", "--deployment", "polite")
    assert asked.deployed == "release-gate/polite"
    assert asked.key == "gate-polite-v1-1"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ('["gpt-a", "gpt-b"]', ["gpt-a", "gpt-b"]),
        ("null", None),
        ("", ""),
        ('"12"', "12"),
        ("https://a.example.com?x=1", "https://a.example.com?x=1"),
        ("NaN", "NaN"),
        ("1e999", "1e999"),
        pytest.param("[" * 100_000, "[" * 100_000, id="too deep"),
    ],
)
def test_a_value_is_json_where_it_is_json_that_can_be_sent(text: str, value: Any) -> None:
    assert parameters_of([f"name={text}"]) == {"name": value}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("--release", " "), "--release names no release"),
        (("--release", "v1", "--attempt", "0"), "--attempt is 0"),
        (("--release", "v1", "--key", " "), "--key is no id; it has 1 to 200 characters"),
        (("--release", "v1", "-p", "smoke"), "-p takes NAME=VALUE, such as -p profile=smoke, but not 'smoke'"),
        (("--release", "v1", "-p", "release=v2"), "is given by --release"),
        (("--release", "v1", "-p", "models=a", "-p", "models=b"), "models is given twice; a list is one value"),
        (("--release", "v1", "-p", "slack=\udcff"), "The value of the parameter slack is no text"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_sentence(typed: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=f"^[^\n]*{sentence}"):
        options(*typed)


@pytest.mark.parametrize(
    "typed",
    [
        ["gate"],
        ["gate", "--release"],
        ["gate", "--release", "v1", "--bogus"],
        ["gate", "--attempt", "one"],
        ["run"],
        ["run", "a", "b"],
    ],
)
def test_a_wrong_usage_of_a_gate_is_not_taken_for_inconclusive(typed: list[str]) -> None:
    assert main(typed) == 4


@pytest.mark.parametrize("typed", [["gate", "--release", "v1"], ["run", "single-request"]])
def test_a_mistake_in_the_environment_is_no_failure_of_the_gateway(
    typed: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "nowhere")
    assert main(typed) == 4
    assert capsys.readouterr().err.startswith("PREFECT_API_URL is no URL; it looks like")


def test_a_file_that_cannot_be_written_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = tmp_path / "absent" / "junit.xml"
    assert main(["gate", "--release", "v1", "--junit", str(wanted)]) == 4
    assert capsys.readouterr().err.startswith(f"{wanted} cannot be written (No such file or directory); name a file")
