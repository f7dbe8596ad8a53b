"""docs/releases.md: what the suites say of real releases, misses included."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from tests.releases.regressions import Regression
from tests.releases.trial import Trial


class Standing(StrEnum):
    """How a regression fared."""

    NAMED = "caught and named"
    CAUGHT = "caught"
    MISSED = "missed"
    UNPROVEN = "not proven"
    UNTRIED = "not tried yet"


_TRIED = (Standing.NAMED, Standing.CAUGHT, Standing.MISSED)

INTRO = """# Real releases

What the suites say of real LiteLLM releases from PyPI, each in an environment of its own, before a local provider.
`make releases` installs them, runs the suites, and writes this page; it runs every night.

Each regression was felt by users. A probe, one request of its own, shows its defect in the bad release and not in the
good one. *Caught and named*: the suite fails the bad release, says why, and does not say so of the good one.
*Caught*: it fails the bad release alone, but for words of another thing. *Missed*: it does not.

"""


def standing(regression: Regression, trials: Mapping[str, Trial]) -> Standing:
    """How a regression fared, by the trials of its two releases."""
    bad, good = trials[regression.bad], trials[regression.good]
    tried = all(regression.name in trial.outcomes and regression.name in trial.defects for trial in (bad, good))
    if not tried:
        return Standing.UNTRIED
    if not is_shown(regression, trials):
        return Standing.UNPROVEN
    of_bad, of_good = bad.outcomes[regression.name], good.outcomes[regression.name]
    if of_bad.failed and of_bad.names(regression.named) and not of_good.names(regression.named):
        return Standing.NAMED
    return Standing.CAUGHT if of_bad.failed and not of_good.failed else Standing.MISSED


def is_shown(regression: Regression, trials: Mapping[str, Trial]) -> bool:
    """Whether the probe saw the defect in the bad release, and did not in the good one."""
    bad, good = (trials[version].defects for version in (regression.bad, regression.good))
    return bool(bad.get(regression.name)) and good.get(regression.name, "not tried") is None


def page(regressions: Sequence[Regression], healthy: Sequence[str], trials: Mapping[str, Trial]) -> str:
    """The whole page."""
    standings = {regression.name: standing(regression, trials) for regression in regressions}
    proven = [regression for regression in regressions if standings[regression.name] in _TRIED]
    caught = [regression for regression in proven if standings[regression.name] is not Standing.MISSED]
    kinds = {regression.kind for regression in proven}
    tried = [trials[version] for version in healthy if trials[version].smoke]
    untried = [version for version in healthy if not trials[version].smoke]
    failed = [trial.version for trial in tried if any(outcome.failed for outcome in trial.smoke)]
    return (
        f"{INTRO}## Regressions\n\n{len(caught)} of {len(proven)} regressions of {len(kinds)} kinds are caught.\n\n"
        "| regression | kind | LiteLLM | bad | good | shown by its probe | suite | |\n"
        "|---|---|---|---|---|---|---|---|\n"
        + "".join(
            _row(regression, standings[regression.name], is_shown(regression, trials)) for regression in regressions
        )
        + _misses(regressions, standings)
        + "\n## Healthy releases\n\nThe smoke gate's suites with their default parameters. "
        + (f"Failed: {', '.join(failed)}." if failed else "None is failed.")
        + (f" Not tried yet: {', '.join(untried)}.\n\n" if untried else "\n\n")
        + "| release | single-request | api-contract | oai-azure-release |\n|---|---|---|---|\n"
        + "".join(_healthy(trial) for trial in tried)
    )


def _row(regression: Regression, standing: Standing, shown: bool) -> str:
    issue = f"[#{regression.issue}](https://github.com/BerriAI/litellm/issues/{regression.issue})"
    cells = (
        regression.name,
        regression.kind,
        issue,
        regression.bad,
        regression.good,
        "yes" if shown else "not yet",
        regression.suite().name,
        standing,
    )
    return f"| {' | '.join(map(str, cells))} |\n"


def _misses(regressions: Sequence[Regression], standings: Mapping[str, Standing]) -> str:
    missed = [one for one in regressions if standings[one.name] is Standing.MISSED]
    lines = "".join(f"- {one.name}: {one.wanted or 'no check looks at it'}.\n" for one in missed)
    return f"\n### What would catch the misses\n\n{lines}" if missed else ""


def _healthy(trial: Trial) -> str:
    return f"| {trial.version} | {' | '.join(_cell(outcome.verdict, outcome.said) for outcome in trial.smoke)} |\n"


def _cell(verdict: str, said: str) -> str:
    why = said.split("\n")[0].partition(": ")[2].replace("|", "/")
    return verdict if verdict == "passed" else f"{verdict}: {why[:200]}"
