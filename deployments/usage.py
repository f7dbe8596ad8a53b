"""What is wrong in what was typed; only names of options are repeated, since the rest may be a key."""

import re
from typing import NoReturn

from cyclopts import CycloptsError, MissingArgumentError, UnknownOptionError, ValidationError

from deployments.log_text import say
from deployments.output import console
from deployments.statuses import WRONG_USAGE

OPTION = re.compile(r"(?<![\w-])--[a-z-]{1,20}(?![\w-])")


def describe(error: CycloptsError) -> str:
    """What was not understood."""
    if error.argument:
        missing = isinstance(error, MissingArgumentError)
        return f"{error.argument.name} {'is missing' if missing else 'does not take this'}"
    named = ", ".join(OPTION.findall(str(error))) if isinstance(error, UnknownOptionError | ValidationError) else ""
    return f"not understood{' together' if isinstance(error, ValidationError) else ''}: {named or 'an argument'}"


def refuse(what: str) -> NoReturn:
    """Say what is wrong. Raises SystemExit."""
    say(console(stderr=True), f"{what}; see --help", "bold red")
    raise SystemExit(WRONG_USAGE)
