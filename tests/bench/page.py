"""What was measured of the verdict, as docs/verdict.md shows it; the prose around it stands in the page alone."""

from collections.abc import Sequence

from litellm_observatory.core.text import percent
from tests.bench.corpus import Message, corpus_tables
from tests.bench.measure import Detection, FalseAlarms
from tests.bench.memory import Watched, memory_table


def detection_table(detections: Sequence[Detection]) -> str:
    """Faults down, rules across."""
    lines = [
        "| fault in a three-hour run | must be | share of others < 1 % | our verdict | after requests |",
        "|---|---|---|---|---|",
    ]
    for found in detections:
        after = f"{found.after:,}" if found.after else ""
        cells = (found.fault.name, found.fault.detected, f"{found.naive:.1%}", f"{found.ours:.1%}", after)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def alarms_table(alarms: Sequence[FalseAlarms]) -> str:
    """Healthy runs: how many did not pass."""
    lines = [
        "| models | background | 10-second provider outage | healthy runs | not passed | failed | outage reported |",
        "|---|---|---|---|---|---|---|",
    ]
    for found in alarms:
        outage = "yes" if found.outage else "no"
        reported = f"{found.reported / found.runs:.1%}" if found.outage else ""
        lines.append(
            f"| {found.models} | {percent(found.background)} | {outage} | {found.runs:,} "
            f"| {found.not_passed} | {found.failed} | {reported} |"
        )
    return "\n".join(lines)


def tables(
    detections: Sequence[Detection],
    alarms: Sequence[FalseAlarms],
    memory: Sequence[Watched],
    corpus: Sequence[Message],
    judging_seconds: float,
) -> dict[str, str]:
    """What docs/verdict.md has places for, by their names."""
    return {
        "detection": detection_table(detections),
        "false alarms": alarms_table(alarms),
        "memory": memory_table(memory),
        "origins": corpus_tables(corpus),
        "speed": f"Judging 100,000 samples took {judging_seconds:.2f} s.",
    }
