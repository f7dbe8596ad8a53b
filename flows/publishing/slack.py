"""Slack: one Block Kit message per run, delivered through the prefect-slack block.

Limits: Slack's Block Kit reference (header 150 characters, section 3,000, field 2,000, button URL 3,000).
"""

import logging
from typing import Any

import aiohttp
from prefect import task
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

from flows.publishing.strip import LEGEND, strip
from flows.publishing.words import failure_rate, headline, seconds, sentence, summary, where
from suites.report import Report
from suites.words import span

logging.getLogger("slack_sdk").setLevel(logging.WARNING)  # below that it logs the webhook's URL, a secret

STRIP_CELLS = 30
MOST_MODELS = 10
MOST_FINGERPRINTS = 3
RETRIES = 4
TIMEOUT_SECONDS = 10
NOTHING = "–"
HEADER_LIMIT, SECTION_LIMIT, FIELD_LIMIT, URL_LIMIT = 150, 3000, 2000, 3000


class SlackUndeliveredError(Exception):
    """Slack did not take the message. The text says why, without the webhook's URL."""


def _once(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    return f"told-{parameters['end']}"


@task(
    name="tell_slack",
    task_run_name="tell Slack",
    retries=RETRIES,
    retry_delay_seconds=exponential_backoff(backoff_factor=1),
    retry_jitter_factor=0.3,
    persist_result=True,
    cache_key_fn=_once,
)
async def tell_slack(webhook: SlackWebhook, text: str, blocks: list[Block], end: str) -> None:
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
        raise SlackUndeliveredError(f"Slack answered {response.status_code}: {response.body[:100]}")


def message(report: Report, run_url: str | None) -> tuple[str, list[Block]]:
    """The notification's plain text, and its blocks, within Slack's limits for any report."""
    blocks: list[Block] = [
        HeaderBlock(text=PlainTextObject(text=_cut(headline(report), HEADER_LIMIT), emoji=True)),
        SectionBlock(text=_mrkdwn(sentence(report), SECTION_LIMIT)),
        SectionBlock(fields=[_mrkdwn(f"*{name}*\n", FIELD_LIMIT, value) for name, value in _fields(report)]),
    ]
    if report.windows:
        blocks += [SectionBlock(text=_strips(report)), ContextBlock(elements=[_mrkdwn(LEGEND, FIELD_LIMIT)])]
    if report.fingerprints:
        blocks.append(SectionBlock(text=_fingerprints(report)))
    if run_url and len(run_url) <= URL_LIMIT:
        button = ButtonElement(text=PlainTextObject(text="Open the run"), url=run_url, action_id="open-run")
        blocks.append(ActionsBlock(elements=[button]))
    return _cut(_escaped(summary(report)), SECTION_LIMIT), blocks


def _fields(report: Report) -> list[tuple[str, str]]:
    fields = [
        ("Deployment", where(report)),
        ("Models", ", ".join(report.models) or "none chosen"),
        ("Duration", span(report.duration_seconds)),
    ]
    if report.sent:
        latency = report.latency_seconds
        fields += [
            ("Requests", f"{report.requests:,}, {report.failures:,} failed, {report.rescued:,} rescued"),
            ("Failure rate" if report.windows else "Failed", failure_rate(report)),
            ("Latency", f"p50 {seconds(latency.p50)}, p95 {seconds(latency.p95)}, max {seconds(latency.max)}"),
        ]
    return fields


def _strips(report: Report) -> MarkdownTextObject:
    shown = sorted(report.model_statistics, key=lambda model: -model.failures)[:MOST_MODELS]
    lines = [f"{_cut(model.model, 80)}\n{strip(report, model.model, STRIP_CELLS)}" for model in shown]
    rest = len(report.models) - len(shown)
    return _mrkdwn("\n".join(lines) + (f"\nand {rest} models with no more failures than these" if rest else ""))


def _fingerprints(report: Report) -> MarkdownTextObject:
    lines = [
        f"{f.count:,} × {f.model}, {f.kind}, {f.first_seen:%H:%M:%S} to {f.last_seen:%H:%M:%S}: {f.message}"
        for f in report.fingerprints[:MOST_FINGERPRINTS]
    ]
    return _mrkdwn("\n".join(_cut(line, 600) for line in lines))


def _mrkdwn(text: str, limit: int = SECTION_LIMIT, value: str = "") -> MarkdownTextObject:
    """Text from outside as mrkdwn; with `value`, `text` is our own markup before it."""
    shown = text + _escaped(value) if value else _escaped(text)
    return MarkdownTextObject(text=_cut(shown, limit) or NOTHING, verbatim=True)


def _escaped(text: str) -> str:
    """Slack's three control characters, as its message formatting asks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
