"""Slack: what it shows, what it must never break on, and what happens while it is away."""

import json
import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prefect_slack import SlackWebhook
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from flows.single_request import single_request
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.metrics import (
    Distribution,
    FingerprintStatistics,
    ModelStatistics,
    ModelWindow,
    WindowStatistics,
)
from litellm_observatory.core.report.report import Report
from litellm_observatory.orchestration.publishing import slack
from litellm_observatory.orchestration.publishing.slack import SlackUndeliveredError, deliver, message
from litellm_observatory.standin.gateway.broken import Drop
from litellm_observatory.standin.gateway.serving import serve
from litellm_observatory.standin.slack.app import Slack
from litellm_observatory.standin.slack.blocks import are_valid
from tests.orchestration.conftest import WEBHOOK_SECRET, Observatory

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def report(text: str, models: int, windows: int, requests: int = 10) -> Report:
    """A report in which every text from outside is `text`."""
    names = tuple(f"{text}{position}" for position in range(models))
    parts = tuple(ModelWindow(model=name, requests=requests, failures=3) for name in names)
    return Report(
        suite="oai-azure-release",
        gateway=text,
        started_at=NOW,
        ended_at=NOW,
        duration_seconds=1e5,
        models=names,
        requests=requests,
        sent=requests,
        verdict=Verdict.FAILED,
        reason=text,
        model_statistics=tuple(
            ModelStatistics(
                model=name,
                first_use_seconds=0,
                requests=requests,
                failures=3,
                failure_rate=0.3,
                failure_rate_low=0.1,
                failure_rate_high=0.5,
                rescued=0,
                latency_seconds=Distribution(),
                overhead_ms=Distribution(),
            )
            for name in names
        ),
        fingerprints=tuple(
            FingerprintStatistics(
                model=name, kind="server_error", message=text, count=3, first_seen=NOW, last_seen=NOW
            )
            for name in names
        ),
        windows=tuple(
            WindowStatistics(
                index=i,
                start_seconds=60 * i,
                requests=requests,
                failures=3,
                latency_seconds=Distribution(),
                models=parts,
            )
            for i in range(windows)
        ),
    )


@settings(max_examples=40, deadline=None)
@given(
    text=st.one_of(st.text(max_size=50), st.text(alphabet="&<>*_`|\n", min_size=1000, max_size=5000)),
    models=st.integers(0, 40),
    windows=st.integers(0, 400),
)
def test_any_report_fits_into_block_kit(text: str, models: int, windows: int) -> None:
    shown, blocks = message(report(text, models, windows), "http://127.0.0.1/run")
    payload = [block.to_dict() for block in blocks]
    assert are_valid(payload)
    assert shown
    assert len(json.dumps(payload)) < 40_000


def test_text_from_outside_cannot_act_as_markup() -> None:
    _, blocks = message(report("<!channel> <http://evil|click> & so", 1, 1), None)
    sent = json.dumps([block.to_dict() for block in blocks[1:]])  # the header is plain text
    assert "<!channel>" not in sent
    assert "&lt;!channel&gt; &lt;http://evil|click&gt; &amp; so" in sent


async def test_slack_is_tried_again_until_it_takes_the_message(observatory: Observatory) -> None:
    with serve(again := Slack(script=[500, 429, 503])) as channel:
        await SlackWebhook(url=SecretStr(f"{channel.url}/services/x")).save("unsteady", overwrite=True)
        run = await observatory.run(single_request, slack="unsteady")
    assert run.state.name == "Completed"
    assert again.posts == 4
    assert len(again.messages) == 1
    assert "Slack was not notified" not in run.page


async def test_a_slack_outage_changes_no_verdict_and_is_said_in_log_and_report(
    observatory: Observatory, caplog: pytest.LogCaptureFixture
) -> None:
    observatory.slack.status = 500
    with caplog.at_level(logging.INFO):
        run = await observatory.run(single_request)
    assert run.state.name == "Completed"
    assert run.reason == "Passed: 2 of 2 requests passed"
    assert "Slack was not notified: Slack answered 500: server_error. It will be once it is back." in run.page
    assert "Slack was not notified" in caplog.text
    assert WEBHOOK_SECRET not in caplog.text


@pytest.mark.parametrize(
    ("status", "why"), [(404, "Slack answered 404"), ("hang", "Slack cannot be reached"), (400, "Slack answered 400")]
)
async def test_what_slack_says_is_believed(status: int, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "TIMEOUT_SECONDS", 0.1)
    with serve(Slack(status)) as channel:
        webhook = SlackWebhook(url=SecretStr(f"{channel.url}/services/{WEBHOOK_SECRET}"))
        with pytest.raises(SlackUndeliveredError, match=why) as raised:
            await deliver(webhook, *message(report("text", 1, 1), None))
    assert WEBHOOK_SECRET not in str(raised.value)


async def test_a_slack_that_drops_the_connection_is_told_without_its_url(caplog: pytest.LogCaptureFixture) -> None:
    async def drop(_: Request) -> Response:
        return Drop()

    with serve(Starlette(routes=[Route("/{path:path}", drop, methods=["POST"])])) as channel, caplog.at_level(1):
        webhook = SlackWebhook(url=SecretStr(f"{channel.url}/services/{WEBHOOK_SECRET}"))
        with pytest.raises(SlackUndeliveredError, match="ServerDisconnectedError"):
            await deliver(webhook, *message(report("text", 1, 1), None))
    assert WEBHOOK_SECRET not in caplog.text


async def test_a_webhook_that_is_no_url_is_told_without_it() -> None:
    webhook = SlackWebhook(url=SecretStr(f"hooks.slack.com/services/{WEBHOOK_SECRET}"))
    with pytest.raises(SlackUndeliveredError) as raised:
        await deliver(webhook, *message(report("text", 1, 1), None))
    assert WEBHOOK_SECRET not in str(raised.value)


async def test_an_unreachable_slack_is_told_without_its_url() -> None:
    webhook = SlackWebhook(url=SecretStr(f"http://127.0.0.1:1/services/{WEBHOOK_SECRET}"))
    with pytest.raises(SlackUndeliveredError) as raised:
        await deliver(webhook, *message(report("text", 1, 1), None))
    assert str(raised.value) == "Slack cannot be reached (ClientConnectorError)"
