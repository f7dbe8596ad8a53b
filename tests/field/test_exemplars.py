"""From the report to the gateway's own log by one search, as `docs/troubleshooting.md` tells it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from flows.oai_azure_release import oai_azure_release
from flows.single_request import single_request
from litellm_observatory.orchestration.blocks import LiteLLMGateway
from litellm_observatory.standin.gateway.app import Gateway
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from litellm_observatory.standin.gateway.serving import serve
from tests.field.conftest import DEPLOYMENTS, Proxy
from tests.field.litellm_proxy import LOG, MASTER_KEY, litellm_proxy
from tests.orchestration.conftest import Observatory

pytestmark = pytest.mark.night

SOAK = {"duration_hours": 8 / 3600, "request_interval_seconds": 0.1}
EXPLODED = Fault(FaultKind.STATUS, models=("gpt-4o",), rate=0.5, status=500, message="upstream exploded")


def ids_on(page: str, header: str) -> list[str]:
    """What a reader copies of a report: the ids after a header's name, in their order."""
    return re.findall(rf"{header} ([\w-]+)", page)


def search(log: Path, text: str) -> list[int]:
    """The numbers of the lines that hold a text."""
    return [number for number, line in enumerate(log.read_text().splitlines()) if text in line]


def entry(log: Path, line: int) -> str:
    """A line of the log and the next ones, as far as the error that it tells is named."""
    return "\n".join(log.read_text().splitlines()[line : line + 3])


async def test_a_failing_request_of_a_soak_is_found_by_the_gateways_own_id(
    field: Proxy, observatory: Observatory
) -> None:
    field.provider.arm([EXPLODED])
    run = await observatory.run(oai_azure_release, gateway="field", **SOAK, stop_early=False)
    calls = ids_on(run.page, "x-litellm-call-id")
    found = [search(field.log, call) for call in calls]
    assert [len(lines) for lines in found] == [1, 1, 1]
    assert found == sorted(found)
    assert all("upstream exploded" in entry(field.log, line) for [line] in found)
    told = {exemplar.call_id: exemplar.request_id for seen in run.report.fingerprints for exemplar in seen.exemplars}
    assert list(told) == calls
    assert not any(search(field.log, ours) for ours in told.values())  # unless it logs at the level DEBUG


async def test_a_failing_case_is_found_by_the_gateways_own_id(field: Proxy, observatory: Observatory) -> None:
    field.provider.arm([Fault(FaultKind.STATUS, models=("gpt-4o",), status=400, message="content policy")])
    run = await observatory.run(single_request, gateway="field")
    [case] = [case for case in run.report.cases if not case.passed]
    assert case.exemplar
    assert case.exemplar.call_id in ids_on(run.page, "x-litellm-call-id")
    [line] = search(field.log, str(case.exemplar.call_id))
    assert "content policy" in entry(field.log, line)


@pytest.fixture
def talkative(tmp_path: Path) -> Iterator[Proxy]:
    """A proxy that logs at the level DEBUG."""
    provider = Gateway(["gpt-4o-mini"], key=None)
    environment = {"LITELLM_LOG": "DEBUG"}
    with (
        serve(provider) as upstream,
        litellm_proxy(DEPLOYMENTS[:1], (), "", upstream.url, tmp_path, environment) as url,
    ):
        yield Proxy(url, provider, tmp_path / LOG)


async def test_what_was_answered_200_and_failed_is_found_by_our_id_at_the_level_debug(
    talkative: Proxy, observatory: Observatory
) -> None:
    await LiteLLMGateway(url=talkative.url, api_key=SecretStr(MASTER_KEY)).save("talkative", overwrite=True)
    talkative.provider.arm([Fault(FaultKind.CUT_STREAM)])
    run = await observatory.run(single_request, gateway="talkative", stream=True)
    assert run.state.name == "Failed", run.state.message
    [case] = run.report.cases
    assert case.exemplar
    assert set(ids_on(run.page, "x-request-id")) == {case.exemplar.request_id}
    lines = search(talkative.log, case.exemplar.request_id)
    assert lines
    assert all("x-request-id" in entry(talkative.log, line) for line in lines)
