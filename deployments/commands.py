"""The commands of `litellm-observatory`: apply, gateway, run, gate, up, demo."""

import argparse
import os
import re
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from deployments.api_key import read_key
from deployments.changes import Change, Fate, Notice
from deployments.command_error import CommandError
from deployments.demo import SOAK_SECONDS, DemoOptions, demo
from deployments.gate.options import STATUSES_IN_WORDS, declare
from deployments.log_text import Log, say
from deployments.parameters import declare_parameters
from deployments.settings import NIGHTLY, UP_FOLDER, GatewaySettings, read_settings
from deployments.statuses import NO_VERDICT
from deployments.surroundings import Surroundings, find_server, look_around
from deployments.up import up

COLOURS = {Fate.CREATED: "green", Fate.CHANGED: "yellow", Fate.LEFT: "dim", Fate.DELETED: "yellow"}


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit status, 1 with the reason on stderr. Raises SystemExit for a wrong usage."""
    options = _parsed(arguments)
    try:
        return int(options.command(options))
    except CommandError as obstacle:
        if options.judges:
            say(_console(stderr=True), str(obstacle), "bold red")
            return NO_VERDICT
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
        prog="litellm-observatory",
        description="Apply, gateway, run, gate, report, up, demo: the observatory from a shell.",
    )
    parser.set_defaults(judges=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    apply = commands.add_parser("apply", help="bring the Prefect server at PREFECT_API_URL to the declared state")
    apply.add_argument(
        "--nightly",
        action="store_true",
        help="let the gate run its full profile every night, and say what that takes",
    )
    apply.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        help="a prefect.yaml of your own, whose suites are deployed besides",
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
    gate.set_defaults(command=_gate, judges=True)

    suite = commands.add_parser(
        "run", help="run a suite and watch it; the exit status is the verdict", epilog=STATUSES_IN_WORDS
    )
    suite.add_argument(
        "suite", metavar="SUITE", help="such as single-request; SUITE/DEPLOYMENT where it is not the one on demand"
    )
    declare_parameters(suite, "the suite")
    suite.set_defaults(command=_run, judges=True)

    report = commands.add_parser("report", help="write the report of a run that has ended as one page of HTML")
    report.add_argument(
        "run", metavar="RUN", help="the id of a run of a suite or of release-gate, or its page's address"
    )
    report.add_argument("--html", type=Path, required=True, metavar="FILE", help="where to")
    report.set_defaults(command=_report)

    up = commands.add_parser("up", help="server, worker and deployments for your own gateway (.env), until Ctrl-C")
    up.add_argument("--folder", type=Path, default=UP_FOLDER, help="where its data lie (default: .observatory/up)")
    up.set_defaults(command=_up)

    demo = commands.add_parser("demo", help="both suites against a stand-in gateway; nothing is left running")
    demo.add_argument("--faulty", action="store_true", help="let the gateway fail for a while, to see a red verdict")
    demo.add_argument("--keep", action="store_true", help="stay up until Ctrl-C, to click through the reports")
    demo.add_argument("--soak-seconds", type=_soak_seconds, default=SOAK_SECONDS, help=argparse.SUPPRESS)
    demo.set_defaults(command=_demo)
    return parser


def _apply(options: argparse.Namespace) -> int:
    environment = _at_server()
    settings = read_settings({**environment, **({NIGHTLY: "on"} if options.nightly else {})})
    from deployments.apply import apply  # here, since Prefect takes a second to import, and few commands need it

    # asyncio ends its task upon SIGINT, so that what people had switched is put back also when `up` is ended.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    apply(settings, environment, _tell, options.file.resolve() if options.file else None)
    return 0


def _gateway(options: argparse.Namespace) -> int:
    if bool(options.url) == options.delete:
        options.wrong("give either --url or --delete")
    from deployments.gateways import delete, renew  # here, as above

    environment = _at_server(*filter(None, [options.key_env]))
    if options.delete:
        _tell(delete(options.name, environment))
        return 0
    hosts = None if options.allow is None else tuple(host.strip() for host in options.allow if host.strip())
    key = read_key(options.key_env, environment)
    for change in renew(options.name, GatewaySettings(options.url.strip(), key, hosts), environment):
        _tell(change)
    return 0


def _gate(options: argparse.Namespace) -> int:
    from deployments.gate import command  # here, since what reads reports takes as long to import as all the rest

    return command.run(options, _at_server(), _console())


def _run(options: argparse.Namespace) -> int:
    from deployments import run_suite  # here, as above

    return run_suite.run(options, _at_server(), _console())


def _report(options: argparse.Namespace) -> int:
    from deployments import reports  # here, as above

    return reports.run(options, _at_server(), _console())


def _up(options: argparse.Namespace) -> int:
    return up(_around(), _console(), options.folder.resolve())


def _demo(options: argparse.Namespace) -> int:
    # Prefect itself reads .env, so that this server too asks for an auth string which stands there.
    return demo(_around(), _console(), DemoOptions(options.soak_seconds, options.faulty, options.keep))


def _around(*more: str) -> Mapping[str, str]:
    """What the environment and `.env` say; a person is told what the file said."""
    return _told(look_around(os.environ, Path.cwd(), *more))


def _at_server(*more: str) -> Mapping[str, str]:
    """The same, with the Prefect server to ask, which is told too."""
    return _told(find_server(look_around(os.environ, Path.cwd(), *more)))


def _told(around: Surroundings) -> Mapping[str, str]:
    for line in around.told:
        say(_console(), line, "dim")
    return around.variables


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


def _console(*, stderr: bool = False) -> Log:
    """A console that prints what it is given: no markup, no colours of its own, no wrapping of commands."""
    return Log(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
