"""The documents are complete and true: every name stands in them, and everything in them exists."""

import inspect
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from deployments import auth, settings
from deployments.__main__ import main
from deployments.commands import parse
from deployments.gate.options import gate_options
from litellm_observatory.core.gate.profiles import PROFILES
from litellm_observatory.orchestration.ends import STATES
from tests import outside
from tests.deployed import declared, flow_of
from tests.docs.places import DOCS, PAGES, PLACE, README, ROOT, filled
from tests.docs.tables import TABLES
from tests.observatory import shell_lines

MAKEFILE = (ROOT / "Makefile").read_text()
TEXTS = {page: page.read_text() for page in PAGES}
GATE = TEXTS[DOCS / "gate.md"]

LONGEST_README = 170
"""Lines: who reads more of it reads a page of docs/."""


def section(page: Path, heading: str) -> str:
    """What stands below a heading of the second order."""
    return TEXTS[page].split(f"\n## {heading}\n")[1].split("\n## ")[0]


def found_in(pattern: str) -> list[str]:
    """What a pattern finds in all pages, each once."""
    return sorted({found for text in TEXTS.values() for found in re.findall(pattern, text, re.DOTALL | re.MULTILINE)})


def links() -> list[tuple[Path, str]]:
    """Every link from a page to a file of ours, or to a heading of one."""
    return [(page, link) for page, text in TEXTS.items() for link in re.findall(r"\]\(((?!http)[^)]+)\)", text)]


def is_example(snippet: str) -> bool:
    """Whether a snippet is a file of docs/writing-a-suite.md, which stands nowhere else."""
    return snippet.partition("\n")[0].removeprefix("# ") in outside.FILES


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TABLES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_as_code_and_prefect_yaml_make_them(page: Path) -> None:
    tables = {name: made() for name, made in TABLES[page].items()}
    assert filled(TEXTS[page], "docs", tables) == TEXTS[page], "run make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_in_a_place_is_written_by_a_command(page: Path) -> None:
    written = {f"make docs: {name}" for name in TABLES.get(page, {})}
    measured = {"verdict.md": "make bench: ", "operations.md": "make chaos: "}.get(page.name)
    for _, place, _ in PLACE.findall(TEXTS[page]):
        assert place in written or (measured and place.startswith(measured))


def test_the_readme_is_short() -> None:
    assert len(TEXTS[README].splitlines()) <= LONGEST_README


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_the_readme_leads_to_every_page(page: Path) -> None:
    assert f"](docs/{page.name})" in TEXTS[README]


@pytest.mark.parametrize("picture", sorted(DOCS.glob("*.png")), ids=lambda picture: picture.name)
def test_every_picture_is_shown_once(picture: Path) -> None:
    assert [link for _, link in links() if Path(link).name == picture.name] in (
        [picture.name],
        [f"docs/{picture.name}"],
    )


@pytest.mark.parametrize("deployment", declared())
def test_every_deployment_has_a_row(deployment: str) -> None:
    assert sum(text.count(f"| `{deployment}` |") for text in TEXTS.values()) == 1


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_a_row(profile: str) -> None:
    assert f"| `{profile}` | " in GATE


@pytest.mark.parametrize(("tag", "page"), [("suite", "suites.md"), ("gate", "gate.md")])
def test_every_parameter_has_a_row_and_no_other_has(tag: str, page: str) -> None:
    flows = [flow_of(stanza) for stanza in declared().values() if tag in stanza["tags"]]
    taken = {name for flow in flows for name in inspect.signature(flow.fn).parameters}
    assert set(re.findall(r"^\| `(\w+)` \|", section(DOCS / page, "Parameters"), re.MULTILINE)) == taken


def test_a_default_that_one_suite_has_of_its_own_is_named() -> None:
    assert "| `timeout_seconds` | 60; `streaming-release`: 300 | all |" in TEXTS[DOCS / "suites.md"]


@pytest.mark.parametrize("variable", [*settings.KNOWN, settings.ENV_FILE])
def test_every_environment_variable_has_a_row(variable: str) -> None:
    assert re.search(rf"^\|[^|]*`{variable}`", section(DOCS / "operations.md", "Variables"), re.MULTILINE)


def test_every_verdict_has_a_row_with_its_state() -> None:
    for verdict, (_, state) in STATES.items():
        assert f"| {verdict} | `{state}` |" in section(README, "Verdicts")


@pytest.mark.parametrize("target", found_in(r"(?:`|^    )make ([a-z]+)"))
def test_every_make_target_in_them_exists(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("target", re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE))
def test_every_make_target_is_explained_to_contributors(target: str) -> None:
    here = {"help", "up"}  # help tells itself; up is no work on the code
    assert target in here or f"make {target} " in TEXTS[ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("command", found_in(r"litellm-observatory ([a-z]+)\b"))
def test_every_command_in_them_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert command in capsys.readouterr().out


@pytest.mark.parametrize("line", found_in(r"^ +\.venv/bin/litellm-observatory ([^\n#]*)"))
def test_every_command_line_in_them_is_understood(line: str) -> None:
    assert parse(shlex.split(line))


def test_the_job_of_github_actions_calls_the_gate_as_it_takes_it() -> None:
    [job] = yaml.safe_load(GATE.split("```yaml\njobs:\n")[1].split("```")[0]).values()
    assert set(job["env"]) == {"PREFECT_API_URL", auth.CLIENT_AUTH}
    [call] = [step["run"] for step in job["steps"] if "litellm-observatory gate" in step.get("run", "")]
    assert "${{" not in call  # GitHub would paste it into the script: the name of a tag may hold a command
    words = shlex.split(re.sub(r"\$GITHUB_\w+", "7", call).split("litellm-observatory ")[1])
    options = gate_options(**parse(words)[1].arguments)
    assert (options.key, options.parameters) == ("gate-7-7-7", {"profile": "standard"})
    assert job["steps"][-1]["if"] == "always()"


def test_two_calls_of_curl_without_a_key_say_so_and_ask_nobody() -> None:
    """No server is there, which would be told otherwise."""
    said = {"PATH": os.environ["PATH"], "PREFECT_API_URL": "http://127.0.0.1:9/api", "RELEASE": "v1.90.0"}
    lines = "set -eo pipefail\n" + shell_lines("gate.md", "## Two calls of curl")
    ran = subprocess.run(["bash", "-c", lines], env=said, capture_output=True, text=True, timeout=60)
    assert ran.returncode != 0
    assert ran.stdout == ""
    assert re.fullmatch(r"bash: line \d+: KEY: say a key that is new for each new test\n", ran.stderr)


@pytest.mark.parametrize("snippet", [one for one in found_in(r"```python\n(.*?)```") if not is_example(one)])
def test_code_in_them_stands_in_the_file_that_it_names(snippet: str) -> None:
    first, *lines = snippet.splitlines()
    source = (ROOT / first.removeprefix("# ")).read_text().splitlines()
    for line in lines:
        assert line in source or line == "...", line


@pytest.mark.parametrize(("page", "link"), links(), ids=lambda part: getattr(part, "name", part))
def test_every_link_in_them_leads_somewhere(page: Path, link: str) -> None:
    file, _, anchor = link.partition("#")
    target = page.parent / file if file else page
    assert target.is_file()
    assert not anchor or anchor in anchors(target)


def test_ci_runs_what_a_clean_clone_must_pass_on_every_push() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert "push" in workflow[True]  # `on`, as YAML reads it
    assert ".ci/run" in [step.get("run") for step in workflow["jobs"]["run"]["steps"]]


def test_messages_that_troubleshooting_quotes_are_ours() -> None:
    ours = "".join(
        path.read_text()
        for room in ("litellm_observatory", "flows", "deployments")
        for path in (ROOT / room).rglob("*.py")
    )
    quoted = [" ".join(text.split()) for text in re.findall(r'"([^"]+)"', TEXTS[DOCS / "troubleshooting.md"])]
    assert quoted
    assert [text for text in quoted if text.split(" (")[0] not in ours] == []
