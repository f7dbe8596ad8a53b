"""Publishing: the report goes to the artifacts and to Slack; none of them can change the verdict."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.logging import get_run_logger
from prefect_slack import SlackWebhook

from litellm_observatory.core.report.metrics import replace_fields
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.wire.failures import trace_of
from litellm_observatory.names import UNDELIVERED_TAG, VERDICT_LABEL
from litellm_observatory.orchestration.addresses import artifact_address, run_address
from litellm_observatory.orchestration.history.alerts import with_alert
from litellm_observatory.orchestration.persistence.stored import data_only
from litellm_observatory.orchestration.publishing.artifacts import renew_report, store_report
from litellm_observatory.orchestration.publishing.releases import open_history, renew_history
from litellm_observatory.orchestration.publishing.slack import RETRIES, SlackUndeliveredError, message, notify_slack
from litellm_observatory.orchestration.states import message_of
from litellm_observatory.orchestration.wait_for_server import until_reachable

Result = TypeVar("Result")

UNSTORED = "The report could not be stored as an artifact; the verdict stands."
UNRENEWED = "The history of releases could not be renewed."
UNTAGGED = "The run's tags could not be changed."
UNLABELLED = "The run's verdict could not be kept as a label; its report has it too."


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Why Slack was not told of an end, as a sentence; a `final` one is tried no more."""

    note: str
    final: bool


async def publish(report: Report, run_id: UUID, attempt: int, webhook: SlackWebhook | None) -> None:
    """Store the report of a flow run and tell Slack. What could not be told is said in the log and in the report."""
    await notify(await store(report, run_id), run_id, attempt, webhook)


async def store(report: Report, run_id: UUID) -> Report:
    """Store the report of a flow run; returns it with what is known of earlier runs. Nothing is told yet."""
    get_run_logger().info(message_of(report))
    await until_reachable()
    await _try(_label(run_id, report), UNLABELLED)
    report = await with_alert(report, run_id)
    history = await _try(open_history(report), UNRENEWED) if report.suites else None
    if history:
        report = replace_fields(report, history_url=artifact_address(history))
    report = await _try(store_report(report, run_id), UNSTORED) or report
    if history:
        await _try(renew_history(history, report, run_id), UNRENEWED)
    return report


async def notify(
    report: Report, run_id: UUID, attempt: int, webhook: SlackWebhook | None, retries: int = RETRIES
) -> Undelivered | None:
    """Tell Slack the end of a run, once; returns why Slack was not told, which the log and the report say too.

    The run is tagged before, and the tag removed after: a process that is killed in between leaves it to `recovery`.
    What Slack refuses for good loses the tag as well. A judgement is one end, however often its run is retried;
    another end belongs to its attempt.
    """
    if webhook is None:
        return None
    end = f"{run_id}-{report.verdict}" + ("" if report.verdict.is_judgement else f"-{attempt}")
    await mark_undelivered(run_id)
    missed = None
    try:
        task = notify_slack.with_options(retries=retries)
        with data_only():
            await task(webhook, *message(report, run_address(run_id)), end)
    except Exception as error:
        missed = _describe_undelivered(error)
        get_run_logger().warning(missed.note)
        with suppress(Exception):  # the log has it, and there is nobody else to tell
            await renew_report(replace_fields(report, notes=(*report.notes, missed.note)), run_id)
    if missed is None or missed.final:
        await _try(retag(run_id, lambda tags: tags - {UNDELIVERED_TAG}), UNTAGGED)
    return missed


def _describe_undelivered(error: Exception) -> Undelivered:
    why = error if isinstance(error, SlackUndeliveredError) else type(error).__name__
    if isinstance(error, SlackUndeliveredError) and error.final:
        said = f"Slack was not notified, and will not be: {why}. Give the Slack block a webhook that works."
        return Undelivered(f"{said} The verdict stands.", final=True)
    said = f"Slack was not notified: {why}. It will be once it is back."
    return Undelivered(f"{said} The verdict stands.", final=False)


async def _label(run_id: UUID, report: Report) -> None:
    """Keep a run's verdict as a label, before the run ends: it holds where the report cannot be stored or read."""
    async with get_client() as prefect:
        await prefect.update_flow_run_labels(run_id, {VERDICT_LABEL: report.verdict.value})


async def mark_undelivered(run_id: UUID) -> None:
    """Tag a run as one whose end Slack has not been told."""
    await _try(retag(run_id, lambda tags: tags | {UNDELIVERED_TAG}), UNTAGGED)


async def retag(run_id: UUID, change: Callable[[set[str]], Collection[str]]) -> None:
    """Change the tags of a run, where that changes anything."""
    async with get_client() as prefect:
        tags = set((await prefect.read_flow_run(run_id)).tags)
        if (changed := set(change(tags))) != tags:
            await prefect.update_flow_run(run_id, tags=sorted(changed))


async def _try(work: Awaitable[Result], otherwise: str) -> Result | None:
    """Do what no verdict depends on; where it fails, the log says `otherwise`, and there is no result."""
    try:
        return await work
    except Exception as error:
        get_run_logger().error("%s\n%s", otherwise, trace_of(error))
        return None
