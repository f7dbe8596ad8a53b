"""What commands take from around them, and print."""

import os
from collections.abc import Mapping
from pathlib import Path

from deployments.changes import Change, Notice, Outcome
from deployments.log_text import Log, say
from deployments.surroundings import Surroundings, find_server, look_around

COLOURS = {Outcome.CREATED: "green", Outcome.CHANGED: "yellow", Outcome.UNCHANGED: "dim", Outcome.DELETED: "yellow"}


def take_environment(*more: str) -> Mapping[str, str]:
    """What the environment and `.env` say; a person is told what the file said."""
    return _print_notes(look_around(os.environ, Path.cwd(), *more))


def find_server_to_ask(*more: str) -> Mapping[str, str]:
    """The same, with the Prefect server to ask, which is told too."""
    return _print_notes(find_server(look_around(os.environ, Path.cwd(), *more)))


def _print_notes(around: Surroundings) -> Mapping[str, str]:
    for line in around.notes:
        say(console(), line, "dim")
    return around.variables


def print_change(what: Change | Notice) -> None:
    """Print what was done, or what is to be known."""
    if isinstance(what, Notice):
        say(console(), what.text, "yellow" if what.is_trouble else "", lead=f"{what.about:<9} ")
    else:
        console().print(str(what), style=COLOURS[what.outcome])


def console(*, stderr: bool = False) -> Log:
    """A console that prints what it is given: no markup, no colours of its own, no wrapping of commands."""
    return Log(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
