"""`make releases`: run the suites against real LiteLLM releases, and write docs/releases.md."""

import argparse
import sys
from graphlib import TopologicalSorter
from pathlib import Path

from tests.releases.page import Standing, page, standing
from tests.releases.regressions import HEALTHY_RELEASES, REGRESSIONS
from tests.releases.trial import Trial, try_release

PAGE = Path(__file__).parents[2] / "docs" / "releases.md"
LEAST_CAUGHT = 14


def main() -> int:
    """Try every release, print, and write; exit 1 when too little is caught or a healthy release does not pass."""
    parser = argparse.ArgumentParser(prog="python -m tests.releases", description=__doc__)
    parser.add_argument("--only", nargs="*", help="releases to try; of the others what was kept stands")
    parser.add_argument("--probes", action="store_true", help="only the probes: since when is a defect there?")
    parser.add_argument("--no-smoke", action="store_true", help="leave out the smoke gate of the healthy releases")
    options = parser.parse_args()
    trials = {}
    for version in in_order():
        if options.only is None or version in options.only:
            trials[version] = try_release(
                version,
                REGRESSIONS,
                smoke=None if options.no_smoke else HEALTHY_RELEASES.get(version),
                suites=not options.probes,
            )
            print(f"{version}: tried", flush=True)
        else:
            trials[version] = Trial.kept(version)
    PAGE.write_text(page(REGRESSIONS, list(HEALTHY_RELEASES), trials))
    standings = [standing(regression, trials) for regression in REGRESSIONS]
    for regression, stands in zip(REGRESSIONS, standings, strict=True):
        print(f"{stands}: {regression.name}")
    unpassed = [version for version in HEALTHY_RELEASES if not trials[version].passed]
    print(f"healthy releases that did not pass: {', '.join(unpassed) or 'none'}")
    caught = sum(stands in (Standing.NAMED, Standing.CAUGHT) for stands in standings)
    return 0 if caught >= LEAST_CAUGHT and not unpassed else 1


def in_order() -> list[str]:
    """The releases, each good one before the bad ones that are judged beside it. Raises CycleError."""
    order: TopologicalSorter[str] = TopologicalSorter({version: [] for version in HEALTHY_RELEASES})
    for regression in REGRESSIONS:
        order.add(regression.bad, regression.good)
    return list(order.static_order())


if __name__ == "__main__":
    sys.exit(main())
