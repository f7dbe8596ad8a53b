"""A trial of one release: its probes, and the suites against it; what is found is kept beside its environment."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx

from litellm_observatory.core.cases.outcomes import Predecessor
from litellm_observatory.core.judging.verdict import Verdict
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.wire.gateway import Gateway
from suites.api_contract import api_contract
from suites.oai_azure_release import oai_azure_release
from suites.single_request import single_request
from tests.releases.environments import FOLDER
from tests.releases.proxies import USUAL_SETTING, Setting, release
from tests.releases.regressions import Regression
from tests.releases.suites import run_suite

PROBE_SECONDS = 120.0
SMOKE_INTERVAL_SECONDS = 0.1
"""The smoke gate's 960 requests in a third of its time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a suite said of a release; `said` is the sentence of its verdict and every failure behind it.

    `passed` tells its cases, for the release that is judged beside this one.
    """

    suite: str
    verdict: str
    said: str
    passed: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report) -> "Outcome":
        """What of a report the page needs."""
        cases = [
            f"{case.name} ({case.attempts[-1]})"
            for case in report.cases
            if not (case.passed or case.skipped or case.unproven)
        ]
        findings = [finding.sentence for finding in report.findings]
        passed = dict(Predecessor.of("", report).passed)
        return cls(report.suite, str(report.verdict), "\n".join([report.reason, *cases, *findings]), passed)

    @property
    def as_predecessor(self) -> Predecessor | None:
        """It as the last passed run; None when it did not pass."""
        return Predecessor("the good release", self.passed) if self.verdict == Verdict.PASSED else None

    @property
    def failed(self) -> bool:
        """Whether the release was failed."""
        return self.verdict == Verdict.FAILED

    def names(self, pattern: str) -> bool:
        """Whether something that is said names a defect."""
        return any(re.search(pattern, line) for line in self.said.split("\n"))


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found of one release: the defect that each probe saw, and the suites' outcomes, by regression."""

    version: str
    defects: dict[str, str | None] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    smoke: list[Outcome] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the smoke gate's suites were run, and each passed."""
        return bool(self.smoke) and all(outcome.verdict == Verdict.PASSED for outcome in self.smoke)

    def keep(self) -> None:
        """Keep it beside the release's environment."""
        _kept(self.version).write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def kept(cls, version: str) -> "Trial":
        """What was kept of a release; an empty trial when nothing was."""
        path = _kept(version)
        if not path.exists():
            return cls(version)
        found = json.loads(path.read_text())
        outcomes = {name: Outcome(**outcome) for name, outcome in found["outcomes"].items()}
        return cls(version, found["defects"], outcomes, [Outcome(**outcome) for outcome in found["smoke"]])


def _kept(version: str) -> Path:
    return FOLDER / f"{version}.json"


def try_release(
    version: str, regressions: Sequence[Regression], *, smoke: Setting | None, suites: bool = True
) -> Trial:
    """Start the release once for each setting, and try it: the gate's suites, those of its regressions, every probe.

    `smoke` is the setting in which the gate's suites meet it, if they do.

    Without `suites` only the probes: they tell since when a defect is there.

    Probes come last: what they do may bench a deployment.
    """
    trial = Trial.kept(version)
    concerned = [one for one in regressions if version in (one.bad, one.good)]
    if smoke and suites:
        with release(version, smoke) as gateway:
            trial.smoke[:] = asyncio.run(_smoke(gateway))
    with release(version, USUAL_SETTING) as gateway:
        asyncio.run(_try(gateway, concerned if suites else (), regressions, USUAL_SETTING, trial))
    for setting in dict.fromkeys(one.setting for one in concerned if one.setting != USUAL_SETTING):
        with release(version, setting) as gateway:
            asyncio.run(_try(gateway, concerned if suites else (), concerned, setting, trial))
    trial.keep()
    return trial


async def _try(
    gateway: Gateway, suited: Sequence[Regression], probed: Sequence[Regression], setting: Setting, trial: Trial
) -> None:
    ran: dict[tuple[object, ...], Outcome] = {}
    for regression in suited:
        if regression.setting == setting:
            suite, predecessor = regression.suite(), _predecessor(regression, gateway.name)
            run = suite.name, regression.models, predecessor and regression.good
            if run not in ran:
                ran[run] = Outcome.of(await run_suite(suite, gateway, regression.models, predecessor))
            trial.outcomes[regression.name] = ran[run]
    headers = {"Authorization": f"Bearer {gateway.key}"}
    async with httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=PROBE_SECONDS) as client:
        for regression in probed:
            if regression.setting == setting:
                trial.defects[regression.name] = await _probe(regression, client)


async def _probe(regression: Regression, client: httpx.AsyncClient) -> str | None:
    """The defect that a probe sees; an answer that it cannot read is one."""
    try:
        return await regression.probe(client)
    except (httpx.HTTPError, ValueError, LookupError) as error:
        return f"unreadable: {error!r}"[:200]


def _predecessor(regression: Regression, version: str) -> Predecessor | None:
    """What the good release did, for the bad one to be judged beside."""
    good = Trial.kept(regression.good).outcomes.get(regression.name) if version == regression.bad else None
    return good.as_predecessor if good else None


async def _smoke(gateway: Gateway) -> list[Outcome]:
    """The suites of the smoke gate, with their default parameters."""
    soak = oai_azure_release(
        duration_hours=960 * SMOKE_INTERVAL_SECONDS / 3600, request_interval_seconds=SMOKE_INTERVAL_SECONDS
    )
    return [Outcome.of(await run_suite(suite, gateway)) for suite in (single_request(), api_contract(), soak)]
