"""How long the command waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """All in seconds.

    `start` and `away` are for a server that does not answer, before the gate has started and after. `unbegun` is
    until it is said that no worker begins it. `crashed` is for a run that crashed to be taken up again, `cancelled`
    for the report of one that was cancelled: both usually come within half a minute.
    """

    start: float = 60.0
    away: float = 900.0
    unbegun: float = 60.0
    crashed: float = 900.0
    cancelled: float = 60.0


USUAL = Timeouts()

PERSON = Timeouts(start=10)
"""Somebody who looks on wants to know soon that there is no server."""
