"""Numbers and names as people read them, the same in sentences, reports and messages."""

import math
from collections.abc import Collection
from datetime import timedelta

LONGEST_LISTED = 100
"""Characters of one name among others in a sentence."""


def percent(share: float) -> str:
    """A share as a percentage with two significant digits, and no more than a reader needs."""
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    digits = max(0, 1 - math.floor(math.log10(share * 100)))
    text = f"{share * 100:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"


def span(seconds: float) -> str:
    """A duration as hours, minutes and seconds, as far as they are needed; tenths below a minute."""
    if seconds < 60:
        return f"{round(seconds, 1):g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def clock(seconds: float) -> str:
    """How long after the run's start, as h:mm:ss."""
    return str(timedelta(seconds=int(seconds)))


def listed(names: Collection[str], *, most: int = 20) -> str:
    """Names as choices in a sentence: sorted, at most `most` of them, long ones cut; 'none' when there are none."""
    if not names:
        return "none"
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shortened(name, most=LONGEST_LISTED) for name in sorted(names)[:most]) + rest


def shortened(text: str, *, most: int = 120) -> str:
    """A text of at most `most` characters, cut where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"
