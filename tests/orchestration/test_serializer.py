"""Values of every kind that is stored come back as they were."""

from datetime import UTC, datetime
from typing import Any

import pytest

from litellm_observatory.core.discovery.gateway_info import GatewayInfo
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.metrics import Distribution, RunMetrics
from litellm_observatory.core.report.report import LeftOut, SuiteOutcome
from litellm_observatory.core.wire.failures import Failure, FailureKind
from litellm_observatory.core.wire.gateway import PreflightError
from litellm_observatory.core.wire.samples import Attempt, Sample
from litellm_observatory.orchestration.gate.plan import Plan
from litellm_observatory.orchestration.gate.request import PlannedRun
from litellm_observatory.orchestration.persistence.checkpoints import PreflightResult
from litellm_observatory.orchestration.persistence.stored import DataSerializer

AT = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
FIGURES = RunMetrics(
    started_at=AT,
    duration_seconds=1.5,
    requests=900,
    failures=9,
    failure_rate=0.01,
    rescued=0,
    latency_seconds=Distribution(p50=1.0),
    overhead_ms=Distribution(),
)
CHILD = PlannedRun("api-contract", {"models": ["a"], "slack": "", "deployment_url": None, "hours": 1.5})
LOST = SuiteOutcome(suite="mcp-release", verdict=Verdict.FAILED, reason="Failed: no servers", last_good=FIGURES)


@pytest.mark.parametrize(
    "value",
    [
        PreflightResult(
            ("a", "b"), GatewayInfo("1.89.0", {"a": "chat", "b": None}, {"c": "image"}, {"a": 64}), ("a note",), AT
        ),
        Plan("v1", None, "http://gateway", AT, (CHILD,), (LeftOut(suite="mcp", reason="none"),), (LOST,)),
        Sample(3, "a: chat", "a", 0.0, 0.0, (Attempt(1.5, Failure(FailureKind.TIMEOUT, "no \u20ac")), Attempt(1.0))),
    ],
    ids=["choice", "plan", "sample"],
)
def test_what_is_stored_is_read_back_the_same(value: Any) -> None:
    serializer = DataSerializer(kind=type(value))
    assert serializer.loads(serializer.dumps(value)) == value


def test_of_a_fault_the_type_is_stored_and_the_text_of_a_refusal_alone() -> None:
    serializer = DataSerializer(kind=Sample)
    assert b"sk-secret" not in serializer.dumps(OSError("sk-secret"))
    assert b"no such model" in serializer.dumps(PreflightError("no such model"))
    with pytest.raises(ValueError, match="no Sample of version"):
        serializer.loads(serializer.dumps(PreflightError("no such model")))
