"""Checkpoints: what a run settles once and keeps, so that it goes on the same after a crash."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prefect import task
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.tasks import once_per_run
from suites.discovery import choose_models, discover
from suites.gateway import Refused
from suites.wire.client import Client
from suites.words import listed


@dataclass(frozen=True, slots=True)
class Chosen:
    """What preflight settled: the models in their order, the gateway's version, and notes for the report."""

    models: tuple[str, ...]
    version: str | None
    notes: tuple[str, ...]


@task(name="preflight", task_run_name="preflight", persist_result=True, cache_key_fn=once_per_run)
async def choose(client: Client, asked: tuple[str, ...]) -> Chosen | State[Chosen]:
    """Ask the gateway what it serves, and choose the models; a refusal, or a fault of ours, is told as Failed."""
    try:
        facts = await discover(client)
        models = choose_models(asked, facts, client.gateway)
    except Exception as error:  # returned and not raised: its trace is for the flow to tell, without secrets
        said = str(error) if isinstance(error, Refused) else type(error).__name__
        return Failed(message=said, data=error)
    notes: tuple[str, ...] = ()
    if not asked and facts.left_out:
        notes = (f"Left out, being no chat models by the mode that the gateway states: {listed(facts.left_out)}",)
    return Chosen(models, facts.version, notes)


@task(name="start", task_run_name="start", persist_result=True, cache_key_fn=once_per_run)
async def set_start(lead_seconds: float) -> datetime:
    """The instant of a soak's first request, by the wall clock: as soon as its first window can be made ready."""
    return datetime.now(UTC) + timedelta(seconds=lead_seconds)
