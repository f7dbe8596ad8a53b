"""Duplicates: how a run says that another one tests the same already, and how that one is found in its words."""

import re

from litellm_observatory.core.report.headline import LONGEST
from litellm_observatory.core.text import shortened

STATE = "Duplicate"
"""The name of the state in which a duplicate ends; its type is CANCELLED."""

MOST_OF_A_NAME = 30

_RUN_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def tells_the_first(name: str, run_id: object, url: str | None) -> str:
    """The sentence that names the first run."""
    return f"run {name} ({run_id}) tests the same already: {url or 'see it in the Prefect UI'}"


def names_the_first(name: str, run_id: object, url: str | None) -> str:
    """A state's message that leads to the first run, by its id where its URL is too long."""
    who = f"Duplicate of {shortened(name, most=MOST_OF_A_NAME)}"
    return linked if url and len(linked := f"{who}: {url}") <= LONGEST else f"{who} ({run_id})"


def first_of(message: str) -> str | None:
    """The id of the run that a duplicate's message names; None where it names none."""
    found = _RUN_ID.findall(message)  # the last one: a run's name before it may hold anything
    return found[-1] if found else None
