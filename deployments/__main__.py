"""`python -m deployments`: apply, up, demo."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from deployments.changes import Change, Fate
from deployments.demo import INTERRUPTED, SOAK_SECONDS, Wishes, demo
from deployments.obstacle import Obstacle
from deployments.settings import read_settings
from deployments.up import FOLDER, up

COLOURS = {Fate.CREATED: "green", Fate.CHANGED: "yellow", Fate.LEFT: "dim"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 with the reason said on stderr, or 2 for a wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except Obstacle as obstacle:
        _console(stderr=True).print(obstacle, style="bold red")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deployments", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    apply = commands.add_parser("apply", help="bring the Prefect server at PREFECT_API_URL to the declared state")
    apply.set_defaults(command=_apply)

    up = commands.add_parser("up", help="server, worker and deployments for your own gateway (.env), until Ctrl-C")
    up.add_argument("--folder", type=Path, default=FOLDER, help="where its data lie (default: .observatory/up)")
    up.set_defaults(command=_up)

    demo = commands.add_parser("demo", help="both suites against a stand-in gateway; nothing is left running")
    demo.add_argument("--faulty", action="store_true", help="let the gateway fail for a while, to see a red verdict")
    demo.add_argument("--keep", action="store_true", help="stay up until Ctrl-C, to click through the reports")
    demo.add_argument("--soak-seconds", type=_soak_seconds, default=SOAK_SECONDS, help=argparse.SUPPRESS)
    demo.set_defaults(command=_demo)
    return parser


def _apply(options: argparse.Namespace) -> int:
    settings = read_settings(os.environ)
    from deployments.apply import apply  # here, since Prefect takes a second to import, and only apply needs it

    console = _console()

    def tell(change: Change) -> None:
        console.print(str(change), style=COLOURS[change.fate])

    # asyncio ends its task upon SIGINT, so that what people had switched is put back also when `up` is ended.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    apply(settings, tell)
    return 0


def _up(options: argparse.Namespace) -> int:
    return up(os.environ, _console(), options.folder.resolve())


def _demo(options: argparse.Namespace) -> int:
    return demo(os.environ, _console(), Wishes(options.soak_seconds, options.faulty, options.keep))


def _soak_seconds(text: str) -> float:
    """Not so short that its requests would follow each other faster than the suite allows."""
    seconds = float(text)
    if not 8 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 8 and 3600 seconds")
    return seconds


def _console(*, stderr: bool = False) -> Console:
    """A console that prints what it is given: no markup, no colours of its own, no wrapping of commands."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
