"""Publishing: the report goes to the artifacts and to Slack; none of them can change the verdict."""

from contextlib import suppress

from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.utilities.urls import url_for
from prefect_slack import SlackWebhook

from flows.publishing.artifacts import publish_report, renew_report
from flows.publishing.slack import SlackUndeliveredError, message, tell_slack
from suites.report import Report


async def publish(report: Report, webhook: SlackWebhook | None) -> None:
    """Tell everybody. What could not be told is said in the log, and in the report where that is possible."""
    logger = get_run_logger()
    logger.info(report.reason)
    artifact = None
    try:
        artifact = await publish_report(report)
    except Exception:
        logger.exception("The report could not be stored as an artifact; the verdict stands.")
    if webhook is None:
        return
    try:
        await tell_slack(webhook, *message(report, url_for("flow-run", obj_id=flow_run.id)))
    except Exception as error:
        why = error if isinstance(error, SlackUndeliveredError) else type(error).__name__
        note = f"Slack was not told: {why}. The verdict stands."
        logger.warning(note)
        if artifact:
            with suppress(Exception):  # the log has it, and there is nobody else to tell
                await renew_report(artifact, report.model_copy(update={"notes": (*report.notes, note)}))
