"""The history of releases: what its page shows, and which gates it holds."""

import base64
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact
from prefect.states import Completed
from prefect.types.names import raise_on_name_alphanumeric_dashes_only

from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report
from litellm_observatory.orchestration.addresses import artifact_address
from litellm_observatory.orchestration.history.reports import read_report
from litellm_observatory.orchestration.publishing import releases
from litellm_observatory.orchestration.publishing.artifacts import store_report
from litellm_observatory.orchestration.publishing.history import Gate, history
from litellm_observatory.orchestration.publishing.history_chart import history_chart
from litellm_observatory.orchestration.publishing.markup import UNBROKEN
from litellm_observatory.orchestration.publishing.publish import store
from litellm_observatory.orchestration.publishing.releases import history_key, open_history, renew_history
from tests.orchestration.conftest import page_at
from tests.orchestration.gates import AT, HOSTILE, RUN_URL, figures, gate, outcome
from tests.orchestration.test_gates import acts, tables

ASKED = "<br>LiteLLM 1.90.0<br>chosen suites<br>azure-gpt-4o, gpt-4o-mini"


def night(number: int, *outcomes: Any, **changes: Any) -> Report:
    """The gate of a night, of the release v1.NUMBER unless told otherwise."""
    measured = outcomes or (outcome("a", measured=figures()),)
    return gate(*measured, **{"release": f"v1.{number}", "at": AT + timedelta(days=number), **changes})


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages with a picture of nothing: drawing takes most of a page's time."""
    monkeypatch.setattr(
        "litellm_observatory.orchestration.publishing.history.history_chart", lambda _: "data:image/png;base64,"
    )


def rows(page: str) -> list[list[str]]:
    """The table of a page, without its header."""
    return tables(page.replace(UNBROKEN, " "))[0][1:]


def test_releases_stand_below_each_other_with_trends_against_the_run_below() -> None:
    gates = [
        night(3, outcome("a", measured=figures(1000, 0, 0.31, 9.0)), outcome("b", Verdict.INVALID)),
        night(2, outcome("c", measured=figures(1000, 5, 0.2, None))),
        night(1, outcome("a", Verdict.FAILED, figures(1000, 0, 0.29, 12.0)), verdict=Verdict.FAILED),
        night(0, outcome("a", measured=figures(1000, 20, 0.2, None))),
    ]
    page = history([Gate(report, RUN_URL) for report in gates]).replace(UNBROKEN, " ")
    assert page.startswith("# Releases on gateway default\n")
    assert tables(page)[0][0] == ["Release", "a", "b", "c"]
    assert rows(page) == [
        [f"✅ [v1.3]({RUN_URL})<br>2026-11-25 05:00{ASKED}", "✅ 0 % →<br>310 ms →<br>9 ms ↓", "⚠️ invalid", ""],
        [f"✅ [v1.2]({RUN_URL})<br>2026-11-24 05:00{ASKED}", "", "", "✅ 0.5 %<br>200 ms<br>–"],
        [f"❌ [v1.1]({RUN_URL})<br>2026-11-23 05:00{ASKED}", "❌ 0 % ↓<br>290 ms ↑<br>12 ms", "", ""],
        [f"✅ [v1.0]({RUN_URL})<br>2026-11-22 05:00{ASKED}", "✅ 2 %<br>200 ms<br>–", "", ""],
    ]
    assert "↑ higher, ↓ lower, → within 10 % of the same suite's run below it" in page
    assert "| a | Passed ✅ |" in page.split("```markdown")[1]


def test_a_row_says_what_the_gateway_was_and_what_was_asked_of_it() -> None:
    models = ("d", "c", "b", "a")
    page = history([Gate(night(1, profile="standard", models=models), RUN_URL)])
    [[release, _]] = rows(page)
    assert release.split("<br>")[2:] == ["LiteLLM 1.90.0", "standard", "a, b, c and 1 more"]


def test_few_requests_show_no_trend() -> None:
    few, many = figures(99, 1, 0.31, 9.0), figures(1000, 5, 0.2, 12.0)
    for now, then in ((few, many), (many, few)):
        page = history([Gate(night(n, outcome("a", measured=one)), RUN_URL) for n, one in ((2, now), (1, then))])
        assert not re.search("[↑↓→]", "".join(cell for row in rows(page) for cell in row))


@pytest.mark.parametrize("text", [HOSTILE, "x" * 10_000, "|" * 300, "_$x_1^{", "\N{SNOWMAN}发布", ""])
def test_no_text_from_outside_is_markup_in_the_history(plain: None, text: str) -> None:
    outcomes = [outcome(f"{text}{i}", measured=figures(version=text), why=text) for i in range(3)]
    page = history([Gate(night(0, *outcomes, release=text, gateway=text), RUN_URL)] * 2)
    assert acts(page) == {"br", RUN_URL, "image"}
    assert [len(row) for row in tables(page)[0]] == [4] * 3


@pytest.mark.parametrize(("runs", "suites"), [(1, 1), (1, 9), (30, 9), (2, 40), (3, 0)], ids=lambda count: str(count))
def test_the_chart_is_a_picture_however_many_runs_and_suites_there_are(runs: int, suites: int) -> None:
    verdicts = [Verdict.PASSED, Verdict.FAILED, Verdict.INCONCLUSIVE]
    reports = [
        night(
            i, *(outcome(f"{HOSTILE}{j}", verdicts[(i + j) % 3], figures(p95=0.1 * j or None)) for j in range(suites))
        )
        for i in range(runs)
    ]
    scheme, picture = history_chart(reports).split(",")
    assert scheme == "data:image/png;base64"
    assert 10_000 < len(base64.b64decode(picture)) < 500_000


def test_a_gateways_key_is_one_that_the_server_takes_and_its_own() -> None:
    assert history_key("default") == "releases-default"
    names = ["default", "Default", "de fault", "de_fault", "de-fault", "x" * 255, "x" * 254, "発布", "", "-", HOSTILE]
    keys = [history_key(name) for name in names]
    assert len(set(keys)) == len(names)
    for key in keys:
        raise_on_name_alphanumeric_dashes_only(key, field_name="key")
        assert len(key) < 100


@flow(name="release-gate")
async def release_gate() -> None:
    """The flow whose runs leave the artifacts; what it does besides is not of interest here."""


async def end(report: Report, *, stored: bool = True, told: bool = True) -> UUID:
    """What a run of a gate does at its end; `stored` says whether its result can be seen already."""
    async with get_client() as prefect:
        run = await prefect.create_flow_run(release_gate, state=Completed())
    if stored:
        await store_report(report, run.id)
    if told:
        await tell(report, run.id)
    return run.id


async def tell(report: Report, run_id: UUID) -> None:
    """Write a gate into the history of its gateway, if it has one."""
    if page := await open_history(report):
        await renew_history(page, report, run_id)


async def pages(gateway: str) -> list[Artifact]:
    """All pages of a gateway's history: there is one, or none yet."""
    async with get_client() as prefect:
        return await prefect.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[history_key(gateway)]))
        )


def shown(page: Artifact) -> list[str]:
    """The releases of a page, from above."""
    return [re.findall(r"\[(.*?)\]", row[0])[0] for row in rows(str(page.data))]


async def unreadable(gateway: str) -> None:
    """Leave results that are none, or of another version."""
    other = night(6, gateway=gateway).model_dump(mode="json") | {"verdict": "splendid"}
    async with get_client() as prefect:
        for data in (other, {"suite": "release-gate", "gateway": gateway}, "no report", [1], None):
            await prefect.create_artifact(ArtifactCreate(type="json", key="release-gate-result", data=data))


async def test_the_page_holds_the_gateways_judged_runs_the_newest_first(
    prefect_server: None, plain: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "PAGE", 2)
    here, there = f"h {uuid4()}", f"t-{uuid4()}"
    await end(night(2, gateway=here), told=False)
    await end(night(1, gateway=here), told=False)
    await end(night(2, gateway=here, at=AT + timedelta(days=7), verdict=Verdict.FAILED), told=False)
    await end(night(3, gateway=there), told=False)
    await unreadable(here)

    unseen = await end(night(8, gateway=here), stored=False)
    [page] = await pages(here)
    assert (page.flow_run_id, page.type) == (None, "markdown")
    assert (
        page.description
        == "Every release that a gate tested; the latest: ✅ Passed: all 2 suites passed, 2,000 requests"
    )
    assert shown(page) == ["v1.8", "v1.2", "v1.2", "v1.1"]
    assert str(unseen) in rows(str(page.data))[0][0]

    await end(night(9, gateway=here))
    await end(night(3, gateway=there))
    [renewed] = await pages(here)
    assert (renewed.id, shown(renewed)) == (page.id, ["v1.9", "v1.2", "v1.2", "v1.1"])
    assert [shown(other) for other in await pages(there)] == [["v1.3", "v1.3"]]

    monkeypatch.setattr(releases, "RUNS", 2)
    await end(night(10, gateway=here))
    assert [shown(only) for only in await pages(here)] == [["v1.10", "v1.9"]]


async def test_a_gate_without_a_judgement_leaves_the_history_as_it_is(prefect_server: None, plain: None) -> None:
    gateway = f"g-{uuid4()}"
    await end(night(1, gateway=gateway, verdict=Verdict.CANCELLED))
    await end(gate(gateway=gateway))
    assert await pages(gateway) == []

    await end(night(2, gateway=gateway))
    [page] = await pages(gateway)
    await end(night(3, gateway=gateway, verdict=Verdict.CANCELLED))
    assert [one.data for one in await pages(gateway)] == [page.data]


async def test_a_run_that_ended_twice_is_shown_once_as_it_ended_last(prefect_server: None) -> None:
    gateway = f"g-{uuid4()}"
    twice = await end(night(1, gateway=gateway, verdict=Verdict.INCONCLUSIVE), told=False)
    await store_report(night(2, gateway=gateway), twice)
    await tell(night(2, gateway=gateway), twice)
    await end(night(3, gateway=gateway))
    assert [shown(page) for page in await pages(gateway)] == [["v1.3", "v1.2"]]


async def test_a_row_leads_to_the_report_itself_and_the_report_to_the_history(
    prefect_server: None, plain: None
) -> None:
    """One click either way, whenever the report was written: the history's address stays."""
    gateway = f"g-{uuid4()}"
    async with get_client() as prefect:
        run = await prefect.create_flow_run(release_gate, state=Completed())

    @flow
    async def ends() -> Report:
        return await store(night(1, gateway=gateway), run.id)

    report = await ends()
    [history_page] = await pages(gateway)
    assert report.history_url == artifact_address(history_page.id)
    assert f"]({report.page_url})" in rows(str(history_page.data))[0][0]
    assert f"[All releases of this gateway, the newest first]({report.history_url})" in await page_at(report.page_url)
    assert await read_report("release-gate", run.id) == report
