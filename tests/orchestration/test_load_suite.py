"""The suite behind a deployment, from whatever repository it is."""

import sys
from pathlib import Path

import pytest

from litellm_observatory.core.suite import Soak
from litellm_observatory.orchestration.gate.load_suite import load_suite
from tests.outside import write_repository

ENTRYPOINT = "jobs/polite.py:polite"
NAMES = {"suites": "checks", "flows": "jobs"}
"""In this process other tests have imported our own `suites`."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Somebody's repository."""
    write_repository(tmp_path, NAMES)
    return tmp_path


def test_a_suite_from_outside_is_made_of_its_parameters(repository: Path) -> None:
    suite = load_suite("polite", ENTRYPOINT, repository, {"duration_hours": 2, "gateway": "default"})
    assert isinstance(suite, Soak)
    assert (suite.name, suite.duration_seconds) == ("polite", 7200)


def test_two_repositories_with_modules_of_the_same_names_are_told_apart(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_repository(other, NAMES)
    file = other / "checks/polite.py"
    file.write_text(file.read_text().replace("interval_seconds=0.2", "interval_seconds=7.0"))
    path, modules = list(sys.path), set(sys.modules)
    loaded = [load_suite("polite", ENTRYPOINT, folder, {}) for folder in (repository, other)]
    assert [suite.interval_seconds for suite in loaded if isinstance(suite, Soak)] == [0.2, 7.0]
    assert sys.path == path
    assert not {name for name in set(sys.modules) - modules if name.startswith(("checks", "jobs"))}


def test_one_of_ours_is_found_also_where_its_deployment_lies_on_another_machine() -> None:
    elsewhere = Path("/srv/another-machine")
    suite = load_suite("oai-azure-release", "flows/oai_azure_release.py:oai_azure_release", elsewhere, {})
    assert isinstance(suite, Soak)
    by_module = load_suite("polite", "flows.single_request.single_request", None, {})
    assert by_module is None  # a flow of another name


@pytest.mark.parametrize(
    ("name", "entrypoint"),
    [
        ("polite", None),
        ("polite", "jobs/absent.py:polite"),
        ("polite", "jobs/polite.py:absent"),
        ("rude", ENTRYPOINT),
        ("polite", "checks/polite.py:polite"),
        ("polite", "absent.polite"),
        ("release-gate", "flows/release_gate.py:release_gate"),
    ],
)
def test_what_cannot_be_loaded_or_is_no_suite_is_none(repository: Path, name: str, entrypoint: str | None) -> None:
    assert load_suite(name, entrypoint, repository, {}) is None


def test_code_that_breaks_and_parameters_of_another_version_break_nobodys_plan(repository: Path) -> None:
    assert load_suite("polite", ENTRYPOINT, repository, {"duration_hours": None}) is None
    (repository / "jobs/broken.py").write_text("1 / 0")
    assert load_suite("broken", "jobs/broken.py:broken", repository, {}) is None
