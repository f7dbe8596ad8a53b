"""A gateway's key: from a variable of the environment, or from standard input, and never from the command line."""

import re
import sys
from collections.abc import Mapping
from getpass import getpass

from deployments.command_error import CommandError

LONGEST_KEY = 10_000
NAMES = re.compile(r"[A-Z]{2,15}\d{0,2}(_[A-Z]{2,15}\d{0,2})*")
"""What reads as a variable's name; somebody may have typed the key itself, which is then not repeated."""


def read_key(variable: str | None, environment: Mapping[str, str]) -> str:
    """The key in a variable of the environment; without one, what standard input says.

    Raises CommandError when empty.
    """
    key = (_asked() if variable is None else environment.get(variable, "")).strip()
    if key:
        return key
    if variable is None:
        raise CommandError(
            "Standard input held no key; pipe the gateway's key to it, or name its variable: --key-env VAR."
        )
    named = variable if NAMES.fullmatch(variable) else "what --key-env names"
    raise CommandError(
        f"No key: {named} is no variable of the environment, or an empty one; --key-env takes the name of the "
        "variable that holds the key, never the key itself."
    )


def _asked() -> str:
    """What a person types, unseen, or what is piped here."""
    if sys.stdin is None:
        return ""
    if not sys.stdin.isatty():
        return sys.stdin.buffer.read(LONGEST_KEY).decode(errors="replace")
    try:
        return getpass("Key of the gateway: ")
    except EOFError:
        return ""
