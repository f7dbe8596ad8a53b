"""Numbers and names as people read them, the same in sentences, reports and messages."""

import math
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from difflib import get_close_matches

LONGEST_LISTED = 100
"""Characters of one name among others in a sentence."""

_PLAIN = re.compile(r"\w[\w./:@+-]*")
"""A name that no sentence hides in."""

MOST_OF_A_CALL = 40
"""Characters of one name in a headline."""

LEAST_DOLLARS = 1e-9
"""Smaller amounts are rounded up to it: a bound may have three hundred zeros before its digits."""

_COMMAND = re.compile(r"#(?=#[\w.-]*\[)|(?<!\S):(?=:)")
"""The first sign of a CI command's two: GitHub's `::name::` at the start of a line and `##[name]` anywhere
(actions/runner, ActionCommand.cs), Azure's `##vso[…]` and `##[…]`, TeamCity's `##teamcity[…]`; GitLab's section
markers need a carriage return and an escape, which are not printable.
"""


def percent(share: float) -> str:
    """A share as a percentage with two significant digits, and no more than a reader needs."""
    if share in (0, 1):
        return f"{share * 100:.0f} %"
    digits = max(0, 1 - math.floor(math.log10(share * 100)))
    text = f"{share * 100:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"


def in_dollars(amount: float) -> str:
    """An amount in dollars, rounded up to a cent; below one, to two significant digits, or LEAST_DOLLARS."""
    if amount == 0:
        return "$0"
    amount = max(amount, LEAST_DOLLARS)
    digits = 2 if amount >= 0.01 else 1 - math.floor(math.log10(amount))
    return f"${math.ceil(round(amount * 10**digits, 6)) / 10**digits:,.{digits}f}"


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


def list_names(names: Collection[str], *, most: int = 20, besides: int = 0) -> str:
    """Names as choices in a sentence: sorted, at most `most` of them, long ones cut; 'none' when there are none.

    `besides` counts further names that are not among them.
    """
    if not names:
        return "none"
    shown = [shorten(name, most=LONGEST_LISTED) for name in sorted(names)[:most]]
    return enumerate_texts(shown, ", ", total=len(names) + besides)


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """The choice that somebody may have meant by a name, as part of a sentence; empty where none is like it."""
    near = get_close_matches(name, choices, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def enumerate_texts(texts: Sequence[str], joint: str = "; ", *, most: int = 20, total: int | None = None) -> str:
    """The first texts, at most `most` of them, and how many more there are: of `total`, where it is given."""
    shown = texts[:most]
    rest = (len(texts) if total is None else total) - len(shown)
    return joint.join(shown) + (f" and {rest:,} more" if rest else "")


def make_printable(text: str, *, keep: str = "") -> str:
    """A text of printable characters alone: controls, escapes, marks of direction and half characters become blanks.

    The characters in `keep` stay.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else " " for char in text)


def one_line(text: str, *, most: int) -> str:
    """A text from outside as one line of at most `most` printable characters, cut at a word where one ends near."""
    line = " ".join(make_printable(text[: 10 * most]).split())
    if len(line) <= most and len(text) <= 10 * most:
        return line
    cut = line[: most - 1]
    at_a_word, blank, _ = cut.rpartition(" ")
    return (at_a_word if blank and len(at_a_word) > most / 2 else cut) + "…"


def break_commands(text: str) -> str:
    """A printable text in which a CI that shows it finds no command: a blank stands within each."""
    return _COMMAND.sub(lambda sign: f"{sign[0]} ", text)


def quote(text: str, *, most: int = MOST_OF_A_CALL) -> str:
    """What somebody else said, in quotes and fit for any log, of at most `most` characters; cut only at its end."""
    line = break_commands(one_line(text.replace("'", "’"), most=1000))
    return f"'{one_line(line, most=most - 2)}'"


def display_name(name: str) -> str:
    """A name from outside in a sentence of ours: as it is where it is a plain word, else in quotes, and cut."""
    is_plain = len(name) <= MOST_OF_A_CALL and _PLAIN.fullmatch(name)
    return name if is_plain else quote(name)


def shorten(text: str, *, most: int = 120) -> str:
    """A text of at most `most` characters, cut where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"


def count_cases(count: int) -> str:
    """A number of cases, as text."""
    return f"{count} case{'s' if count > 1 else ''}"
