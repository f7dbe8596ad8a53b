"""A gate that had ended before it was asked for: how old it is, and who gets its verdict."""

from datetime import UTC, datetime, timedelta

from deployments.api import Run
from deployments.command_error import CommandError
from deployments.gate.options import GateOptions
from litellm_observatory.core.text import shorten
from litellm_observatory.names import DUPLICATE_STATE

MOST_OF_A_REASON = 300
UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


def check_earlier(options: GateOptions, run: Run, where: str) -> str:
    """What is said of a gate that had ended already when it was asked for; empty of one that goes on.

    Raises CommandError where nobody asked for that very gate: an attempt's number may come again in any pipeline.
    """
    if not run.has_ended or run.state == DUPLICATE_STATE:
        return ""
    ended = f"ended {ago(run.ended_at, datetime.now(UTC))}"
    if options.pipeline:
        return f"An earlier gate: it {ended}. Its verdict is repeated, and nothing is sent again."
    reason = shorten(" ".join(run.message.split()), most=MOST_OF_A_REASON)
    raise CommandError(
        f"{options.named.capitalize()} of release {options.release} {ended} ({run.state}: {reason}), which is no "
        f"verdict on what runs now. Give {options.another}, to test again, or --key {options.attempt} "
        f"to get that verdict: {where}"
    )


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago something was, in its largest unit; a server's clock may be ahead of ours."""
    past = now - then if then else timedelta()
    for unit, length in UNITS.items():
        if count := past // length if past > length else 0:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
