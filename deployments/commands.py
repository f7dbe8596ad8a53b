"""The commands of `python -m deployments`: apply, gateway, gate, up, demo."""

import argparse
import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from deployments.changes import Change, Fate, Notice
from deployments.demo import SOAK_SECONDS, Wishes, demo
from deployments.gate.wish import STATUSES_IN_WORDS, declare
from deployments.keys import read_key
from deployments.log_text import say
from deployments.obstacle import Obstacle
from deployments.settings import NIGHTLY, ROOT, GatewaySettings, read_settings, with_dotenv
from deployments.up import FOLDER, up

COLOURS = {Fate.CREATED: "green", Fate.CHANGED: "yellow", Fate.LEFT: "dim", Fate.DELETED: "yellow"}


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit status, 1 with the reason on stderr. Raises SystemExit for a wrong usage."""
    options = _parsed(arguments)
    try:
        return int(options.command(options))
    except Obstacle as obstacle:
        _console(stderr=True).print(obstacle, style="bold red")
        return 1


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; of what is not understood only names are repeated, since the rest may be a key."""
    parser = declared_parser()
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        names = [name for name in (one.partition("=")[0] for one in unknown) if re.fullmatch("--[a-z-]{1,20}", name)]
        parser.error(f"not understood: {', '.join(names) or 'an argument'}; --help tells what is")
    return options


def declared_parser() -> argparse.ArgumentParser:
    """What may be typed."""
    parser = argparse.ArgumentParser(
        prog="python -m deployments", description="Apply, gateway, gate, up, demo: the observatory from a shell."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    apply = commands.add_parser("apply", help="bring the Prefect server at PREFECT_API_URL to the declared state")
    apply.add_argument(
        "--nightly",
        action="store_true",
        help="let the gate run its full profile every night, and say what that takes",
    )
    apply.set_defaults(command=_apply)

    gateway = commands.add_parser("gateway", help="create, renew or delete the block of a gateway there")
    gateway.add_argument("name", metavar="NAME", help="its block's name, which runs give as their parameter gateway")
    gateway.add_argument("--url", help="where it is, such as https://litellm.example.com")
    gateway.add_argument("--key-env", metavar="VAR", help="the variable that holds its key (default: standard input)")
    gateway.add_argument(
        "--allow",
        action="append",
        metavar="HOST",
        help="a host that deployment_url may name, again for each; '' is none (default: those that the block has)",
    )
    gateway.add_argument("--delete", action="store_true", help="delete the block")
    gateway.set_defaults(command=_gateway, wrong=gateway.error)

    gate = commands.add_parser(
        "gate", help="test a release; the exit status is the verdict", epilog=STATUSES_IN_WORDS
    )
    declare(gate)
    gate.set_defaults(command=_gate)

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
    settings = read_settings({**os.environ, **({NIGHTLY: "on"} if options.nightly else {})})
    from deployments.apply import apply  # here, since Prefect takes a second to import, and only apply needs it

    # asyncio ends its task upon SIGINT, so that what people had switched is put back also when `up` is ended.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    apply(settings, _tell)
    return 0


def _gateway(options: argparse.Namespace) -> int:
    if bool(options.url) == options.delete:
        options.wrong("give either --url or --delete")
    from deployments.gateways import delete, renew  # here, as above

    if options.delete:
        _tell(delete(options.name))
        return 0
    hosts = None if options.allow is None else tuple(host.strip() for host in options.allow if host.strip())
    key = read_key(options.key_env, os.environ)
    for change in renew(options.name, GatewaySettings(options.url.strip(), key, hosts)):
        _tell(change)
    return 0


def _gate(options: argparse.Namespace) -> int:
    from deployments.gate import command  # here, since what reads reports takes as long to import as all the rest
    from deployments.gate.telling import Log

    return command.run(options, os.environ, _console(Log), _console(Log, stderr=True))


def _up(options: argparse.Namespace) -> int:
    return up(with_dotenv(os.environ, ROOT / ".env"), _console(), options.folder.resolve())


def _demo(options: argparse.Namespace) -> int:
    # Prefect itself reads .env, so that this server too asks for an auth string which stands there.
    environment = with_dotenv(os.environ, ROOT / ".env")
    return demo(environment, _console(), Wishes(options.soak_seconds, options.faulty, options.keep))


def _tell(what: Change | Notice) -> None:
    if isinstance(what, Notice):
        say(_console(), what.text, "yellow" if what.is_trouble else "", lead=f"{what.about:<8} ")
    else:
        _console().print(str(what), style=COLOURS[what.fate])


def _soak_seconds(text: str) -> float:
    """Not so short that its requests would follow each other faster than the suite allows."""
    seconds = float(text)
    if not 8 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 8 and 3600 seconds")
    return seconds


def _console(kind: type[Console] = Console, *, stderr: bool = False) -> Console:
    """A console that prints what it is given: no markup, no colours of its own, no wrapping of commands."""
    return kind(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
