"""Fallbacks, overhead and memory of a real LiteLLM proxy."""

import pytest

from flows.fallback_routing import fallback_routing
from flows.memory_and_overhead import memory_and_overhead
from litellm_observatory.standin.gateway.faults import Fault, FaultKind
from tests.field.conftest import GROUP, Proxy
from tests.orchestration.conftest import Observatory

pytestmark = pytest.mark.night

SOAK = {"duration_hours": 12 / 3600, "request_interval_seconds": 0.15, "max_failure_rate": 0.05, "slack": ""}
"""80 requests: enough for a verdict at 5 %."""

BROKEN_DEPLOYMENT = Fault(FaultKind.STATUS, models=("broken",), status=503, message="away")
BROKEN_GROUP = Fault(FaultKind.STATUS, models=("broken", "gpt-4o-mini"), status=503, message="away")


async def test_a_group_with_a_failing_deployment_is_rescued(field: Proxy, observatory: Observatory) -> None:
    field.provider.arm([BROKEN_DEPLOYMENT])

    run = await observatory.run(fallback_routing, gateway="field", models=[GROUP], **SOAK)

    assert run.state.name == "Completed", run.state.message
    assert run.report.rescued > 0
    assert f"{GROUP}: raw {run.report.rescued} of 80 failed" in run.reason


async def test_a_group_whose_deployments_all_fail_has_failed(field: Proxy, observatory: Observatory) -> None:
    field.provider.arm([BROKEN_GROUP])

    run = await observatory.run(fallback_routing, gateway="field", models=[GROUP], **SOAK)

    assert run.state.name == "Failed"
    assert "felt " in str(run.report.findings)


async def test_a_group_without_a_failing_deployment_tells_nothing(field: Proxy, observatory: Observatory) -> None:
    run = await observatory.run(fallback_routing, gateway="field", models=["gpt-4o-mini"], **SOAK)

    assert run.state.name == "Inconclusive"
    assert "no request needed a rescue" in run.reason


async def test_overhead_and_memory_of_a_healthy_proxy_are_told(field: Proxy, observatory: Observatory) -> None:
    limits = {"max_memory_growth_mb_per_hour": 100_000, "max_overhead_ms": 200}  # of a run of seconds

    run = await observatory.run(memory_and_overhead, gateway="field", **SOAK, **limits)

    assert run.state.name == "Completed", run.state.message
    assert "memory: grew by " in run.reason
    overhead = next(finding for finding in run.report.findings if finding.objective == "overhead")
    assert "the 95th percentile is " in overhead.sentence


async def test_an_overhead_above_its_limit_fails(field: Proxy, observatory: Observatory) -> None:
    limits = {"max_memory_growth_mb_per_hour": 100_000, "max_overhead_ms": 0.1}

    run = await observatory.run(memory_and_overhead, gateway="field", **SOAK, **limits)

    assert run.state.name == "Failed"
    assert "overhead: the 95th percentile is " in run.reason
