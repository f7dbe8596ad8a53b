"""The last good run, found among Prefect's own artifacts: what a passed soak keeps for the next to compare with."""

import base64
import json
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.objectives.against_last_passed import LastPassed
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.reporting.run_info import RunInfo
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.names import series_key
from litellm_observatory.orchestration.history.reports import latest_artifacts

LOOKED_AT = 100
"""Earlier passed runs of the suite, of any gateway and shape, that are looked at."""

MOST_VALUES = 20_000
"""Values kept of a run: its last ones, 80 kB each."""


async def find_last_passed(soak: Soak, subject: RunInfo, models: tuple[str, ...]) -> LastPassed | None:
    """The latest passed run of the same suite, gateway, models (in any order), request and pace, if there is one.

    What cannot be read is as good as none: a comparison is not worth a run.
    """
    try:
        async with get_client() as client:
            kept = await latest_artifacts(client, series_key(soak.name), limit=LOOKED_AT)
        wanted = (subject.gateway, sorted(models), _shape(soak))
        for artifact in kept:
            match artifact.data:
                case {
                    "gateway": gateway,
                    "models": list() as its,
                    "shape": shape,
                    "name": str() as name,
                    "overhead_ms": str() as overhead,
                    "latency_seconds": str() as latency,
                } if (gateway, sorted(its), shape) == wanted:
                    return LastPassed(name, _decoded(overhead), _decoded(latency))
    except Exception as error:
        get_run_logger().warning("The last good run could not be read.\n%s", trace_of(error))
    return None


async def keep_if_good(report: Report, soak: Soak, tally: Tally) -> None:
    """Keep a passed run's values as the artifact `SUITE-series`, base64 of little-endian 32-bit floats."""
    if report.verdict is not Verdict.PASSED:
        return
    version = f", LiteLLM {report.gateway_version}" if report.gateway_version else ""
    series = {
        "name": f"run {flow_run.name} of {report.started_at:%Y-%m-%d %H:%M}{version}",
        "gateway": report.gateway,
        "models": sorted(report.models),
        "shape": _shape(soak),
        "overhead_ms": _encoded(tally.passed["overhead_ms"]),
        "latency_seconds": _encoded(tally.passed["latency"]),
    }
    artifact = ArtifactCreate(
        type="json",
        key=series_key(soak.name),
        description="What later runs compare with.",
        data=series,
        flow_run_id=UUID(flow_run.id),
    )
    try:
        async with get_client() as client:
            await client.create_artifact(artifact)
    except Exception as error:
        get_run_logger().warning("Later runs cannot compare with this one.\n%s", trace_of(error))


def _shape(soak: Soak) -> str:
    """What two runs must have in common for their times to be comparable: the requests' bodies and the pace."""
    bodies = json.dumps([dict(request.body) for request in soak.requests_to("")], sort_keys=True)
    return f"{bodies} every {soak.interval_seconds:g} s"


def _encoded(values: NDArray[np.float64]) -> str:
    """The last positive values, in order."""
    return base64.b64encode(values[values > 0][-MOST_VALUES:].astype("<f4").tobytes()).decode("ascii")


def _decoded(text: str) -> NDArray[np.float64]:
    return np.frombuffer(base64.b64decode(text), "<f4").astype(np.float64)
