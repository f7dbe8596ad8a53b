"""The commands of `litellm-observatory`: apply, gateway, run, gate, report, up, demo."""

import signal
from collections.abc import Callable, Sequence
from inspect import BoundArguments
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.validators import LimitedChoice, Number

from deployments.api_key import read_key
from deployments.changes import status_of
from deployments.command_error import CommandError
from deployments.demo import SOAK_SECONDS, DemoOptions
from deployments.demo import demo as run_demo
from deployments.gate.options import gate_options
from deployments.log_text import say
from deployments.output import console, find_server_to_ask, print_change, take_environment
from deployments.parameters import parameters_of
from deployments.settings import NIGHTLY, UP_FOLDER, GatewaySettings, read_settings
from deployments.statuses import NO_VERDICT
from deployments.up import up as bring_up
from deployments.usage import describe, refuse
from litellm_observatory.names import ON_DEMAND

STATUSES_IN_WORDS = (
    "Exit status: 0 passed, 1 failed, 2 inconclusive, 3 invalid, 4 refused or could not run, 130 interrupted: what "
    "was started goes on then, and the same command follows it again."
)

app = App(
    "litellm-observatory",
    help="The observatory from a shell.",
    help_format="markdown",
    version_flags=(),
    default_parameter=Parameter(negative=()),
)

RunParameters = Annotated[list[str], Parameter("-p", metavar="NAME=VALUE")]
EITHER = Group("Which gate", validator=LimitedChoice())
SoakSeconds = Annotated[float, Parameter(show=False, validator=Number(gte=8, lte=3600))]
"""Not so short that its requests would follow each other faster than the suite allows."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit status, 1 with the reason on stderr. Raises SystemExit for a wrong usage."""
    command, bound = parse(arguments)
    try:
        return command(*bound.args, **bound.kwargs) or 0
    except CommandError as error:
        if command in (gate, run_suite):
            say(console(stderr=True), str(error), "bold red")
            return NO_VERDICT
        console(stderr=True).print(error, style="bold red")
        return 1


def parse(arguments: Sequence[str]) -> tuple[Callable[..., int | None], BoundArguments]:
    """The command that is meant, and its arguments. Raises SystemExit for a wrong usage."""
    if not arguments:
        refuse("no command")
    try:
        command, bound, _ = app.parse_args(arguments, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        refuse(describe(error))
    return command, bound


@app.command
def apply(*, nightly: bool = False, file: Path | None = None) -> int:
    """Bring the Prefect server at PREFECT_API_URL to the declared state.

    :param nightly: let the gate run its full profile every night, and say what that takes
    :param file: a prefect.yaml of your own, whose suites are deployed besides
    """
    environment = find_server_to_ask()
    settings = read_settings({**environment, **({NIGHTLY: "on"} if nightly else {})})
    from deployments.apply import apply  # here, since Prefect takes a second to import, and few commands need it

    # asyncio ends its task upon SIGINT, so that what people had switched is put back also when `up` is ended.
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    return apply(settings, environment, print_change, file.resolve() if file else None)


@app.command
def gateway(
    name: str,
    /,
    *,
    url: str = "",
    key_env: str | None = None,
    allow: list[str] | None = None,
    delete: bool = False,
) -> int:
    """Create, renew or delete the block of a gateway at the Prefect server.

    :param name: its block's name, which runs give as their parameter gateway
    :param url: where it is, such as https://litellm.example.com
    :param key_env: the variable that holds its key, never the key itself; without it standard input has the key
    :param allow: a host that deployment_url may name, again for each; '' is none; without it those of the block stay
    :param delete: delete the block
    """
    if bool(url) == delete:
        refuse("give either --url or --delete")
    from deployments import gateways  # here, as above

    environment = find_server_to_ask(*filter(None, [key_env]))
    if delete:
        print_change(gateways.delete(name, environment))
        return 0
    hosts = None if allow is None else tuple(host.strip() for host in allow if host.strip())
    key = read_key(key_env, environment)
    changes = gateways.renew(name, GatewaySettings(url.strip(), key, hosts), environment)
    for change in changes:
        print_change(change)
    return status_of(changes)


@app.command(help_epilogue=STATUSES_IN_WORDS)
def gate(
    *,
    release: str,
    parameters: RunParameters = [],  # noqa: B006
    deployment: str = ON_DEMAND,
    key: Annotated[str | None, Parameter(group=EITHER)] = None,
    attempt: Annotated[int, Parameter(group=EITHER)] = 1,
    junit: Path | None = None,
    json: Path | None = None,
    html: Path | None = None,
    dry_run: bool = False,
) -> int:
    """Test a release; the exit status is the verdict.

    :param release: what is tested, such as v1.90.0; with attempt or key it names the gate, so that the same command
        follows the same gate
    :param parameters: a parameter of release-gate, as JSON or else as text; again for each
    :param deployment: which deployment of release-gate to start, such as one of your own that names its suites
    :param key: what is unique to this run of your pipeline, such as $GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT: the same id
        gets the same gate, also once it has ended, and another id tests anew
    :param attempt: for a person: another number tests the release again; one that has ended gives no verdict, one
        that was refused is tested anew
    :param junit: write a testcase for each suite, each of its objectives and each of its cases, as JUnit XML
    :param json: write the whole result, as JSON
    :param html: write the report, with those of its suites, as one page of HTML
    :param dry_run: print what would be tested, for how long and what it takes; send, start and write nothing
    """
    environment = find_server_to_ask()
    options = gate_options(release, parameters, attempt, junit, json, key, html, deployment)
    if dry_run:
        from deployments.gate.dry_run import print_plan  # here, since Prefect takes a second to import

        print_plan(environment, options, console())
        return 0
    from deployments.gate.command import gate  # here, as above

    return gate(environment, options, console())


@app.command(name="run", help_epilogue=STATUSES_IN_WORDS)
def run_suite(suite: str, /, *, parameters: RunParameters = []) -> int:  # noqa: B006
    """Run a suite and watch it; the exit status is the verdict.

    :param suite: such as single-request; SUITE/DEPLOYMENT where it is not the one on demand
    :param parameters: a parameter of the suite, as JSON or else as text; again for each
    """
    from deployments.run_suite import run_suite  # here, as above

    return run_suite(find_server_to_ask(), suite.strip(), parameters_of(parameters), console())


@app.command
def report(run: str, /, *, html: Path) -> int:
    """Write the report of a run that has ended as one page of HTML.

    :param run: the id of a run of a suite or of release-gate, or its page's address
    :param html: where to
    """
    from deployments import reports  # here, as above

    return reports.run(run, html, find_server_to_ask(), console())


@app.command
def up(*, folder: Path = UP_FOLDER) -> int:
    """Server, worker and deployments for your own gateway (.env), until Ctrl-C.

    :param folder: where its data lie
    """
    return bring_up(take_environment(), console(), folder.resolve())


@app.command
def demo(*, faulty: bool = False, keep: bool = False, soak_seconds: SoakSeconds = SOAK_SECONDS) -> int:
    """Two suites against a stand-in gateway; nothing is left running.

    :param faulty: let the gateway fail for a while, to see a red verdict
    :param keep: stay up until Ctrl-C, to click through the reports
    """
    # Prefect itself reads .env, so that this server too asks for an auth string which stands there.
    return run_demo(take_environment(), console(), DemoOptions(soak_seconds, faulty, keep))
