"""A gateway whose every word would act somewhere: its run ends as ours, and nothing that it wrote anywhere acts."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from flows.api_contract import api_contract
from flows.mcp_release import mcp_release
from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.orchestration.publishing.html import html
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.serving import serve
from tests.hostile import HOSTILE, REFUSALS
from tests.orchestration.conftest import KEY, Finished, Observatory, database_file
from tests.sinks import COMMAND, Page, acting_in_markdown, acting_in_slack, texts_in_slack, unprintable

Row = tuple[str, str]

BLOCK = "hostile"
NAMES = tuple(said for said in HOSTILE if said.isprintable() and len(said) < 100)
"""What can be the name of a model, and stand in a header."""

SHORT = {"duration_hours": 2 / 3600, "request_interval_seconds": 0.05}
SHOWN_BY_A_WORKER = ("flow_run_state.message", "task_run_state.message", "log.message")
QUOTED_BY_PREFECT = "Task run failed with state"
"""A line of Prefect's own with a task's exception as it is."""

LONGEST_TEXT, LONGEST_PAGE = 20_000, 200_000


@pytest.fixture
def hostile(observatory: Observatory) -> Iterator[Observatory]:
    """An observatory before a gateway whose models, MCP servers and version are named to act."""
    gateway = Gateway(HOSTILE, KEY, version=HOSTILE[0], servers=HOSTILE)
    with serve(gateway) as served:
        LiteLLMGateway(url=served.url, api_key=SecretStr(KEY)).save(BLOCK, overwrite=True)
        yield replace(observatory, gateway=gateway, gateway_url=served.url)
        LiteLLMGateway.delete(BLOCK)


async def test_nothing_that_a_gateway_says_acts_in_anything_that_its_runs_write(
    hostile: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(cells())
    runs = [await hostile.run(oai_azure_release, gateway=BLOCK, max_failure_rate=0.9, **SHORT)]
    hostile.gateway.arm(REFUSALS)
    runs.append(await hostile.run(oai_azure_release, gateway=BLOCK, stop_early=False, **SHORT))
    hostile.gateway.arm(REFUSALS)
    runs.append(await hostile.run(single_request, gateway=BLOCK))
    hostile.gateway.arm(REFUSALS)
    runs.append(await hostile.run(api_contract, gateway=BLOCK, models=NAMES[:1]))
    hostile.gateway.arm([Fault(FaultKind.NO_TOOLS, silent_servers=NAMES)])
    runs.append(await hostile.run(mcp_release, gateway=BLOCK, **SHORT))
    hostile.gateway.arm()
    monkeypatch.setattr(hostile.gateway, "version_of", lambda model, ordinal, _: NAMES[ordinal % len(NAMES)])
    runs.append(await hostile.run(single_request, gateway=BLOCK))
    runs.append(await hostile.run(single_request, gateway=BLOCK, models=["none"]))

    assert [run.state.name for run in runs] == [
        "Completed", "Failed", "Failed", "Failed", "Failed", "Invalid", "Refused",
    ]  # fmt: skip
    assert [run.report.verdict for run in runs][1:] == [*[Verdict.FAILED] * 4, Verdict.INVALID, Verdict.REFUSED]
    check_pages(runs)
    check_messages(runs)
    written = [row for row in cells() if row not in before]
    results = [(path.name, path.read_text()) for path in hostile.results.rglob("*") if path.is_file()]
    for kind in ("artifact", "log", "flow_run_state", "task_run", "events"):
        assert any(place.startswith(kind) for place, _ in written), kind
    assert any("evil.example" in text for _, text in written)
    assert any("evil.example" in text for _, text in results)
    for place, text in (*written, *results):
        check(place, text)


def cells() -> Iterator[Row]:
    """Every text in the database of the Prefect server, and its column."""
    with sqlite3.connect(f"file:{database_file()}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield from ((f"{table}.{name}", text) for name, text in dict(row).items() if isinstance(text, str))


def check(place: str, text: str) -> None:
    """Every string that is kept, also within JSON, is bounded and printable; a description is no markup.

    No line of a worker's output is a command of the CI that may show it.
    """
    if place in SHOWN_BY_A_WORKER and not text.startswith(QUOTED_BY_PREFECT):
        assert not COMMAND.search(text), (place, text)
    if place.endswith(".description"):
        assert acting_in_markdown(text) == set(), text
    for one in strings(text):
        assert len(one) <= (LONGEST_PAGE if "\n" in one else LONGEST_TEXT), (place, len(one))
        assert unprintable(one) <= {"\u00a0"}, (place, one[:500])


def strings(value: Any) -> Iterator[str]:
    """All strings of a value, names included, down to JSON that stands in a string."""
    match value:
        case dict():
            yield from strings([*value, *value.values()])
        case list():
            for part in value:
                yield from strings(part)
        case str() if value[:1] in ("{", "[", '"'):
            try:
                yield from strings(json.loads(value))
            except ValueError:
                yield value
        case str():
            yield value


def check_pages(runs: list[Finished]) -> None:
    kinds = {key.rpartition("-")[2] for run in runs for key in run.artifacts}
    assert {"report", "result", "series", "progress"} <= kinds
    for run in runs:
        assert acting_in_markdown(run.page) == set(), run.page
        assert Page(html(run.report)).foreign == set()


def check_messages(runs: list[Finished]) -> None:
    for run in runs:
        assert run.messages
        for message in run.messages:
            assert acting_in_slack(message["text"], message["blocks"]) == set()
            for text in (message["text"], *texts_in_slack(message["blocks"])):
                assert unprintable(text) == set()
