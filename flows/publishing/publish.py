"""Publishing: the report goes to the artifacts and to Slack; none of them can change the verdict."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.logging import get_run_logger
from prefect.utilities.urls import url_for
from prefect_slack import SlackWebhook

from flows.alerts import with_alert
from flows.patience import until_reachable
from flows.publishing.artifacts import renew_report, store_report
from flows.publishing.slack import SlackUndeliveredError, message, tell_slack
from flows.releases import renew_history
from suites.report import Report

UNDELIVERED = "slack-undelivered"
"""The tag of a run whose end Slack has not been told; `recovery` tells it later."""

UNTAGGED = "The run's tags could not be changed."


async def publish(report: Report, run_id: UUID, attempt: int, webhook: SlackWebhook | None) -> None:
    """Store the report of a flow run and tell Slack. What could not be told is said in the log and in the report."""
    logger = get_run_logger()
    logger.info(report.reason)
    await until_reachable()
    report = await with_alert(report, run_id)
    artifact = None
    try:
        artifact = await store_report(report, run_id)
    except Exception:
        logger.exception("The report could not be stored as an artifact; the verdict stands.")
    if report.suites:
        await _suppressed(renew_history(report, run_id), "The history of releases could not be renewed.")
    note = await tell(report, run_id, attempt, webhook)
    if note and artifact:
        with suppress(Exception):  # the log has it, and there is nobody else to tell
            await renew_report(artifact, report.model_copy(update={"notes": (*report.notes, note)}))


async def tell(report: Report, run_id: UUID, attempt: int, webhook: SlackWebhook | None) -> str | None:
    """Tell Slack the end of a run, once; returns why Slack was not told.

    The run is tagged before, and the tag removed after: a process that is killed in between leaves it to `recovery`.
    A judgement is one end, however often its run is retried; another end belongs to its attempt.
    """
    if webhook is None:
        return None
    end = f"{run_id}-{report.verdict}" + ("" if report.verdict.is_judgement else f"-{attempt}")
    await _suppressed(retag(run_id, lambda tags: tags | {UNDELIVERED}), UNTAGGED)
    try:
        await tell_slack(webhook, *message(report, url_for("flow-run", obj_id=run_id)), end)
    except Exception as error:
        why = error if isinstance(error, SlackUndeliveredError) else type(error).__name__
        note = f"Slack was not told: {why}. It will be told once it is back. The verdict stands."
        get_run_logger().warning(note)
        return note
    await _suppressed(retag(run_id, lambda tags: tags - {UNDELIVERED}), UNTAGGED)
    return None


async def retag(run_id: UUID, change: Callable[[set[str]], Collection[str]]) -> None:
    """Change the tags of a run, where that changes anything."""
    async with get_client() as prefect:
        tags = set((await prefect.read_flow_run(run_id)).tags)
        if (changed := set(change(tags))) != tags:
            await prefect.update_flow_run(run_id, tags=sorted(changed))


async def _suppressed(work: Awaitable[None], otherwise: str) -> None:
    """Do what no verdict depends on; where it fails, the log says `otherwise`."""
    try:
        await work
    except Exception:
        get_run_logger().exception(otherwise)
