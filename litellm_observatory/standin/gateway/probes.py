"""What a gateway says of itself: probes, metrics, and its memory."""

import asyncio
from itertools import count
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from litellm_observatory.standin.gateway.faults import FaultKind
from litellm_observatory.standin.gateway.formats import Escaped

if TYPE_CHECKING:
    from litellm_observatory.standin.gateway.app import Gateway

MEMORY_MB = 400.0
METRICS = '# TYPE litellm_proxy_total_requests_metric counter\nlitellm_proxy_total_requests_metric{model="a"} 1.0\n'


def probes(gateway: "Gateway") -> list[Route]:
    """The routes."""
    turns = count()

    async def liveliness(request: Request) -> Response:
        await asyncio.sleep(sum(f.seconds for f in gateway.faults if f.kind is FaultKind.SLOW_PROBES))
        return JSONResponse("I'm alive!")

    async def readiness(request: Request) -> Response:
        return JSONResponse({"status": "healthy", "db": "Not connected"})

    async def details(request: Request) -> Response:
        version = gateway.version_of(None, len(gateway.received), gateway.elapsed)
        return Escaped({"status": "healthy", "db": "Not connected", "litellm_version": version})

    async def metrics(request: Request) -> Response:
        return RedirectResponse("/metrics/", 307)

    async def metrics_themselves(request: Request) -> Response:
        if gateway.lacks("/metrics/"):
            return JSONResponse({"detail": "Not Found"}, 404)
        if gateway.has(FaultKind.MOVED_METRICS):
            return RedirectResponse("/elsewhere", 307)
        return PlainTextResponse(METRICS, media_type="text/plain; version=0.0.4")

    async def memory(request: Request) -> Response:
        if gateway.has(FaultKind.DISABLED):
            return JSONResponse({"detail": "Not Found"}, 404)
        elapsed = gateway.elapsed
        worker = next(turns) % max((f.workers for f in gateway.faults if f.kind is FaultKind.WORKERS), default=1)
        restarts = [
            f
            for f in gateway.faults
            if f.kind is FaultKind.RESTARTED and f.meets(None, len(gateway.received), elapsed)
        ]
        leaks = (
            f.megabytes_per_second for f in gateway.faults if f.kind is FaultKind.LEAK and f.worker in (None, worker)
        )
        used = MEMORY_MB + sum(leaks) * (elapsed - max((f.start for f in restarts), default=0.0))
        named = {"worker_pid": 100 * (1 + len(restarts)) + worker, "hostname": "standin"}
        said = {"status": "healthy", "memory": {"ram_usage_mb": round(used, 2)}}
        return JSONResponse(said if gateway.has(FaultKind.UNNAMED) else named | said)

    return [
        Route("/health/liveliness", liveliness),
        Route("/health/readiness", readiness),
        Route("/health/readiness/details", gateway.guarded(details)),
        Route("/metrics", metrics),
        Route("/metrics/", metrics_themselves),
        Route("/debug/memory/summary", gateway.guarded(memory)),
    ]
