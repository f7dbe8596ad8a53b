"""Slack: one Block Kit message per run, delivered through the prefect-slack block."""

import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
from prefect import task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.tasks import exponential_backoff
from prefect_slack import SlackWebhook
from slack_sdk.errors import SlackClientError
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.webhook.async_client import AsyncWebhookClient

from litellm_observatory.core.report.headline import decisive
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.text import list_names, one_line, shorten, span
from litellm_observatory.orchestration.persistence.stored import DataSerializer, require_data
from litellm_observatory.orchestration.publishing import failures
from litellm_observatory.orchestration.publishing.gates import GATE_FIELD_LIMIT, gate_blocks
from litellm_observatory.orchestration.publishing.mrkdwn import (
    FIELD_LIMIT,
    HEADER_LIMIT,
    SECTION_LIMIT,
    URL_LIMIT,
    escaped,
    mrkdwn,
    sections,
)
from litellm_observatory.orchestration.publishing.text import (
    details,
    failed,
    failure_rate,
    headline,
    seconds,
    summary,
    where,
)
from litellm_observatory.orchestration.publishing.timeline import draw_timeline, legend

logging.getLogger("slack_sdk").setLevel(logging.WARNING)  # below that it logs the webhook's URL, a secret

TIMELINE_CELLS = 30
MOST_MODELS = 10
MOST_FINGERPRINTS = 3
MOST_OF_A_FINGERPRINT = 500
MOST_OF_A_NAME, MOST_OF_A_LINE = 80, 1000
RETRIES = 4
TIMEOUT_SECONDS = 10


REFUSALS = {400, 403, 404, 410}
"""Slack answers so for good: no_service, invalid_token, channel_is_archived, invalid_blocks and others.

https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/#handling_errors
"""


class SlackUndeliveredError(Exception):
    """Slack did not take the message. The text says why, without the webhook's URL; a `final` no stays one."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


def _may_pass(task: object, task_run: TaskRun, state: State[object]) -> bool:
    return not (isinstance(state.data, SlackUndeliveredError) and state.data.final)


def _once(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    require_data(context.result_store)
    return f"told-{parameters['end']}"


@task(
    name="notify_slack",
    task_run_name="notify Slack",
    retries=RETRIES,
    retry_delay_seconds=exponential_backoff(backoff_factor=1),
    retry_jitter_factor=0.3,
    retry_condition_fn=_may_pass,
    persist_result=True,
    result_serializer=DataSerializer(),
    cache_key_fn=_once,
)
async def notify_slack(webhook: SlackWebhook, text: str, blocks: list[Block], end: str) -> None:
    """Deliver the message of one end of a run, named by `end`, once: what was told is remembered.

    Raises SlackUndeliveredError when all tries are used up.
    """
    await deliver(webhook, text, blocks)


async def deliver(webhook: SlackWebhook, text: str, blocks: list[Block]) -> None:
    """Post to the webhook once and make sure that Slack took it. Raises SlackUndeliveredError."""
    client = webhook.get_client()
    assert isinstance(client, AsyncWebhookClient)
    client.timeout = TIMEOUT_SECONDS
    try:
        response = await client.send(text=text, blocks=blocks)
    except (OSError, TimeoutError, ValueError, aiohttp.ClientError, SlackClientError) as error:
        raise SlackUndeliveredError(f"Slack cannot be reached ({type(error).__name__})") from None
    if response.status_code != 200:
        raise SlackUndeliveredError(
            f"Slack answered {response.status_code}: {response.body[:100]}", final=response.status_code in REFUSALS
        )


def message(report: Report, run_url: str | None) -> tuple[str, list[Block]]:
    """The notification's plain text, and its blocks, within Slack's limits for any report."""
    limit = GATE_FIELD_LIMIT if report.suites else FIELD_LIMIT
    blocks: list[Block] = [
        HeaderBlock(text=PlainTextObject(text=one_line(headline(report), most=HEADER_LIMIT), emoji=True)),
        *_details(report),
        *gate_blocks(report.suites, report.left_out),
        SectionBlock(fields=[mrkdwn(f"*{name}*\n", limit, value) for name, value in _fields(report)]),
    ]
    if report.windows:
        blocks += _strips(report)
    if report.fingerprints:
        blocks.append(SectionBlock(text=_fingerprints(report)))
    if buttons := [*_buttons(report=report.page_url, run=run_url, history=report.history_url)]:
        blocks.append(ActionsBlock(elements=buttons))
    return shorten(escaped(summary(report)), most=SECTION_LIMIT), blocks


def _buttons(**urls: str | None) -> Iterator[ButtonElement]:
    """A button for each place that has an address which Slack takes."""
    for what, url in urls.items():
        if url and len(url) <= URL_LIMIT:
            yield ButtonElement(text=PlainTextObject(text=f"Open the {what}"), url=url, action_id=f"open-{what}")


def _details(report: Report) -> list[SectionBlock]:
    """A line for each finding that counts; the suites of a gate have lines of their own."""
    lines = [
        f"• *{escaped(one_line(name, most=MOST_OF_A_NAME))}* {escaped(one_line(said, most=MOST_OF_A_LINE))}"
        for name, said in details(report, decisive(report.findings))
    ]
    return sections(lines, SECTION_LIMIT - 100, "finding")


def _fields(report: Report) -> list[tuple[str, str]]:
    fields = [
        ("Suite", report.suite),
        ("Deployment", where(report)),
        *([("Release", report.release)] if report.release else []),
        ("Models", list_names(report.models, besides=report.omitted.models) if report.models else "none chosen"),
        ("Duration", span(report.duration_seconds)),
    ]
    if report.sent and not report.suites:
        latency = report.latency_seconds
        fields += [
            ("Failed", f"{failed(report)}; {report.rescued:,} rescued"),
            *([("Failure rate", failure_rate(report))] if report.windows else []),
            ("Latency", f"p50 {seconds(latency.p50)}, p95 {seconds(latency.p95)}, max {seconds(latency.max)}"),
        ]
    return fields


def _strips(report: Report) -> list[Block]:
    """The squares of the models that failed most, and what they mean."""
    ranked = sorted(report.model_statistics, key=lambda model: -model.failures)[:MOST_MODELS]
    shown = {
        model.model: squares for model in ranked if (squares := draw_timeline(report, model.model, TIMELINE_CELLS))
    }
    lines = [f"{shorten(model, most=80)}\n{squares}" for model, squares in shown.items()]
    rest = len(report.models) + report.omitted.models - len(shown)
    text = "\n".join(lines) + (f"\nand {rest} models with no more failures than these" if rest else "")
    meaning = legend(shown.values())
    explained = [ContextBlock(elements=[mrkdwn(meaning, FIELD_LIMIT)])] if meaning else []
    return [SectionBlock(text=mrkdwn(text)), *explained]


def _fingerprints(report: Report) -> MarkdownTextObject:
    shown = report.fingerprints[:MOST_FINGERPRINTS]
    return mrkdwn("\n".join(failures.lines(shown, MOST_OF_A_FINGERPRINT, exemplars=1)))
