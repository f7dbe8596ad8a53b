"""`python -m tests.chaos`: so many rounds of faults, and a table of what became of them."""

import argparse
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random

from rich.console import Console

from deployments.settings import DATA
from tests.chaos.database import AbsentError, fresh_database
from tests.chaos.faults import FAULTS, LONG_OUTAGE, Fault
from tests.chaos.rounds import Outcome, play
from tests.chaos.stage import hasten_zombies, staged
from tests.chaos.table import table
from tests.docs.places import DOCS, refilled

ZOMBIE_SECONDS, REAL_ZOMBIE_SECONDS = 45.0, 600.0
"""Heartbeats come every 30 s at most; a campaign has no ten minutes for each."""


def main() -> int:
    """Play the rounds; returns 0 when everything held, 1 when something did not, 2 without the database asked for."""
    options = _parser().parse_args()
    for asked in (signal.SIGTERM, signal.SIGINT):  # one in the background may have inherited SIGINT as ignored
        signal.signal(asked, signal.default_int_handler)
    console = Console(highlight=False, soft_wrap=True)
    random = Random(options.seed)
    console.print(f"Seed {options.seed}")
    DATA.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=DATA))
    outcomes: list[Outcome] = []
    with ExitStack() as ending:
        try:
            database = ending.enter_context(fresh_database(options.postgresql))
        except AbsentError as absent:
            console.print(f"Not played: {absent}; start one, or leave --postgresql out.", markup=False)
            return 2
        stage = ending.enter_context(staged(folder / "data", ZOMBIE_SECONDS, database))
        for number, fault in enumerate(_chosen(options, random), start=1):
            hasten_zombies(stage.prefect, REAL_ZOMBIE_SECONDS if fault is LONG_OUTAGE else ZOMBIE_SECONDS)
            outcome = play(stage, fault, random)
            outcomes.append(outcome)
            said = "; ".join(outcome.wrong) or "holds"
            console.print(f"{number:3}. {fault.name}: {outcome.state}, {outcome.seconds:.0f} s, {said}", markup=False)
    console.print(table(outcomes), markup=False)
    if options.write:
        page = DOCS / "operations.md"
        place = f"make chaos: {'PostgreSQL' if options.postgresql else 'SQLite'}"
        page.write_text(refilled(page.read_text(), place, table(outcomes)))
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    if wrong:
        console.print(f"{len(wrong)} of {len(outcomes)} rounds did not hold; logs are kept in {folder}", markup=False)
        return 1
    shutil.rmtree(folder)
    console.print(f"All {len(outcomes)} rounds held.")
    return 0


def _chosen(options: argparse.Namespace, random: Random) -> list[Fault]:
    """The faults in a random order, each as often as the others, and the long outage at the end."""
    if options.only:
        chosen = [LONG_OUTAGE if name == LONG_OUTAGE.name else FAULTS[name] for name in options.only]
        return chosen * int(options.rounds)
    every: list[Fault] = []
    while len(every) < options.rounds:
        every += random.sample(list(FAULTS.values()), len(FAULTS))
    return [*every[: options.rounds], *([LONG_OUTAGE] if options.long_outage else [])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=[*FAULTS, LONG_OUTAGE.name], help="these faults alone")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL at 127.0.0.1:5432 instead of SQLite")
    parser.add_argument("--write", action="store_true", help="renew the table of this database in docs/operations.md")
    parser.add_argument("--no-long-outage", dest="long_outage", action="store_false")
    return parser


if __name__ == "__main__":
    sys.exit(main())
