"""The gate before a real LiteLLM proxy."""

import pytest

from flows.release_gate import release_gate
from litellm_observatory.core.gate.profiles import PROFILES, Profile
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.field.conftest import Proxy
from tests.orchestration.conftest import Observatory, page_at
from tests.orchestration.worker import deploy_suites, worker

pytestmark = pytest.mark.night

BRIEF = Profile(hours=1, suites={"single-request": None, "api-contract": None})


async def test_a_healthy_proxy_passes_under_its_own_version_and_a_failing_model_fails_it(
    field: Proxy, observatory: Observatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROFILES, "smoke", BRIEF)
    monkeypatch.setattr("litellm_observatory.orchestration.gate.children.POLL_SECONDS", 0.2)
    await deploy_suites()
    async with worker():
        good = await observatory.run(release_gate, gateway="field")
        field.provider.arm([Fault(FaultKind.STATUS, models=("gpt-4o",), status=400, message="content policy")])
        bad = await observatory.run(release_gate, gateway="field")

    assert good.state.name == "Completed", good.state.message
    version = str(good.report.gateway_version)
    assert version[0].isdigit()
    assert good.report.release == version
    assert bad.state.name == "Failed"
    assert "single-request: 1 of 2 requests passed; failed: azure-gpt-4o (bad_request: " in bad.reason
    assert (await page_at(bad.report.history_url)).count(version) >= 2
    assert len(good.messages) == len(bad.messages) == 1
