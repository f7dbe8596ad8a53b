"""The history of releases: every gate renews the one page of its gateway, from Prefect's own artifacts alone."""

import asyncio
import re
from hashlib import sha256
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate

from litellm_observatory.core.report.report import Report
from litellm_observatory.names import HISTORY_PREFIX
from litellm_observatory.orchestration.addresses import run_address
from litellm_observatory.orchestration.history.reports import latest_artifacts, read_reports
from litellm_observatory.orchestration.publishing.history import Gate, history
from litellm_observatory.orchestration.publishing.markup import safe
from litellm_observatory.orchestration.publishing.text import headline

RUNS = 30
PAGE, PAGES = 50, 20
"""Earlier gates, of any gateway, that are looked at."""

MOST_OF_A_KEY = 60


async def open_history(report: Report) -> UUID | None:
    """The page `releases-GATEWAY` of a gate's gateway: one for good, so that a link always leads to the newest.

    It belongs to no run. It is made where there is none yet, and the gate has a judgement to begin it with.
    """
    key = history_key(report.gateway)
    async with get_client() as prefect:
        if pages := await latest_artifacts(prefect, key):
            return pages[0].id
        if not _belongs(report, report.gateway):
            return None
        page = ArtifactCreate(type="markdown", key=key, description=describe_history(report), data="")
        return (await prefect.create_artifact(page)).id


async def renew_history(page: UUID, report: Report, run_id: UUID) -> None:
    """Write the report of a gate's run, and those before it, on the page of its gateway's releases.

    A gate without a judgement is no part of the history, and leaves it as it is. Raises what the server's client
    raises.
    """
    if not _belongs(report, report.gateway):
        return
    gates = [_gate(report, run_id), *await _earlier(report, run_id)]
    newest_first = sorted(gates, key=lambda gate: gate.report.ended_at.timestamp(), reverse=True)
    text = await asyncio.to_thread(history, newest_first)
    async with get_client() as prefect:
        await prefect.update_artifact(page, ArtifactUpdate(data=text, description=describe_history(report)))


def describe_history(latest: Report) -> str:
    """The description of a history, which Prefect's UI renders as markdown."""
    return f"Every release that a gate tested; the latest: {safe(headline(latest))}"


def history_key(gateway: str) -> str:
    """The key of a gateway's history, of lowercase letters, digits and dashes.

    A name that has other characters, or is long, is told apart from those like it by the beginning of its hash.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", gateway.lower()).strip("-")[:MOST_OF_A_KEY].rstrip("-")
    if plain == gateway:
        return f"{HISTORY_PREFIX}{gateway}"
    return "-".join(filter(None, (HISTORY_PREFIX.rstrip("-"), plain, sha256(gateway.encode()).hexdigest()[:8])))


async def _earlier(report: Report, run_id: UUID) -> list[Gate]:
    """The latest gates of the same gateway beside this one; of each run its last report."""
    gates: dict[UUID, Gate] = {}
    async for artifact, earlier in read_reports(report.suite, PAGE, PAGES):
        run = artifact.flow_run_id or artifact.id
        if run != run_id and run not in gates and _belongs(earlier, report.gateway):
            gates[run] = _gate(earlier, artifact.flow_run_id)
            if len(gates) == RUNS - 1:
                break
    return list(gates.values())


def _belongs(report: Report, gateway: str) -> bool:
    return report.gateway == gateway and report.verdict.is_judgement and bool(report.suites)


def _gate(report: Report, run_id: UUID | None) -> Gate:
    return Gate(report, report.page_url or (run_address(run_id) if run_id else None))
