"""The last good run, found among Prefect's own artifacts: what a passed soak keeps for the next to compare with."""

import base64
from typing import Any, cast
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort
from prefect.runtime import flow_run

from suites.judging.tally import Tally
from suites.judging.verdict import Verdict
from suites.objectives.against_last_good import LastGood
from suites.report import Report
from suites.reporting import Subject

LOOKED_AT = 20
"""Earlier passed runs of the suite, of any gateway, that are looked at."""


async def find_last_good(subject: Subject, models: tuple[str, ...]) -> LastGood | None:
    """The latest passed run of the same suite, gateway and models (in any order); None when there is none."""
    async with get_client() as client:
        kept = await client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[_key(subject.suite)])),
            sort=ArtifactSort.CREATED_DESC,
            limit=LOOKED_AT,
        )
    for artifact in kept:
        match artifact.data:
            case {"gateway": subject.gateway, "models": list() as its, "name": str() as name} if set(its) == set(
                models
            ):
                data = cast("dict[str, Any]", artifact.data)
                return LastGood(name, _decoded(data["overhead_ms"]), _decoded(data["latency_seconds"]))
    return None


async def keep_if_good(report: Report, tally: Tally) -> None:
    """Keep a passed run's values as the artifact `SUITE-series`, base64 of little-endian 32-bit floats."""
    if report.verdict is not Verdict.PASSED:
        return
    version = f", LiteLLM {report.gateway_version}" if report.gateway_version else ""
    series = {
        "name": f"run {flow_run.name} of {report.started_at:%Y-%m-%d %H:%M}{version}",
        "gateway": report.gateway,
        "models": list(report.models),
        "overhead_ms": _encoded(tally.passed["overhead_ms"]),
        "latency_seconds": _encoded(tally.passed["latency"]),
    }
    description = "What later runs compare with."
    async with get_client() as client:
        await client.create_artifact(
            ArtifactCreate(
                type="json",
                key=_key(report.suite),
                description=description,
                data=series,
                flow_run_id=UUID(flow_run.id),
            )
        )


def _key(suite: str) -> str:
    return f"{suite}-series"


def _encoded(values: NDArray[np.float64]) -> str:
    """The positive values, in order."""
    return base64.b64encode(values[values > 0].astype("<f4").tobytes()).decode("ascii")


def _decoded(text: str) -> NDArray[np.float64]:
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float64)
