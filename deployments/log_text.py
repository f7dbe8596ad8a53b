"""What comes from outside, fit for a CI's log: no line of it acts as a command of the CI, nor on a terminal."""

import os

from rich.console import Console
from rich.text import Text

from litellm_observatory.core.text import break_commands, one_line

MOST_OF_A_LINE = 4000


class Log(Console):
    """A console that goes on unread when nobody reads it any more: whether `head` has enough is no verdict."""

    def on_broken_pipe(self) -> None:
        """Print nothing from now on; rich itself would exit with the status that says that the gateway failed."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


def log_text(text: str, style: str = "", *, lead: str = "", most: int = MOST_OF_A_LINE) -> Text:
    """A text as one line of a log, after a `lead` of ours; rich's own markup is no markup in it either."""
    return Text(lead + break_commands(one_line(text, most=most)), style)


def say(console: Console, text: str, style: str = "", *, lead: str = "") -> None:
    """Print a text as one line."""
    console.print(log_text(text, style, lead=lead), soft_wrap=True)
