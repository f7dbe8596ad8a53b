"""The table of a campaign, of which docs/operations.md has one for each database."""

from collections.abc import Sequence

from litellm_observatory.core.text import percent
from tests.chaos.rounds import Outcome


def table(outcomes: Sequence[Outcome]) -> str:
    """Faults, how often each was played, how often all held, how the runs ended and what was not observed."""
    lines = ["| fault | rounds | held | ended | not observed, at most |", "|---|---|---|---|---|"]
    for fault in dict.fromkeys(outcome.fault for outcome in outcomes):
        of = [outcome for outcome in outcomes if outcome.fault == fault]
        states = sorted({outcome.state for outcome in of})
        ended = ", ".join(f"{sum(o.state == state for o in of)} `{state}`" for state in states)
        held = sum(not outcome.wrong for outcome in of)
        lines.append(f"| {fault} | {len(of)} | {held} | {ended} | {percent(max(o.not_observed for o in of))} |")
    return "\n".join(lines)
