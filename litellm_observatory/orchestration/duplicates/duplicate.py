"""Duplicates: how a run says that another one tests the same already. Which one it is, its label says."""

from litellm_observatory.core.report.headline import LONGEST
from litellm_observatory.core.text import shorten

MOST_OF_A_NAME = 30


def tells_the_first(name: str, run_id: object, url: str | None) -> str:
    """The sentence that names the first run."""
    return f"run {name} ({run_id}) tests the same already: {url or 'see it in the Prefect UI'}"


def names_the_first(name: str, run_id: object, url: str | None) -> str:
    """A state's message that leads to the first run, by its id where its URL is too long."""
    who = f"Duplicate of {shorten(name, most=MOST_OF_A_NAME)}"
    return linked if url and len(linked := f"{who}: {url}") <= LONGEST else f"{who} ({run_id})"
