"""What became of a suite's cases, beside the last passed run of the gateway, and the finding that follows."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from litellm_observatory.core.cases.brief import brief_failed, brief_unproven
from litellm_observatory.core.judging.brief import Brief
from litellm_observatory.core.judging.fingerprints import Exemplar
from litellm_observatory.core.judging.verdict import Finding, Status
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.fitting import digest, read_digests
from litellm_observatory.core.report.metrics import FailedRequest
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.report.statistics import failed_request
from litellm_observatory.core.text import count_cases
from litellm_observatory.core.wire.failures import Failure
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.samples import Sample

MOST_NAMED = 20
"""Cases that a sentence names of each sort; the report has more of them."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The last passed run of the same suite and gateway: its name for people, its end, and which of its cases passed.

    `version` is what the gateway reported then. The cases of a model are there twice: by their name, and by what they
    ask of any model.
    """

    name: str
    passed: Mapping[str, bool]
    models: tuple[str, ...] = ()
    digests: frozenset[str] = frozenset()
    """Of names that passed, where not all are in `passed`."""
    ended_at: datetime | None = None
    version: str | None = None

    @classmethod
    def of(cls, name: str, report: Report) -> "Predecessor":
        """The predecessor that a report describes."""
        of_any_model: dict[str, bool] = {}
        for case in report.cases:
            asked = case.name.removeprefix(f"{case.model}: ")
            of_any_model[asked] = of_any_model.get(asked, False) or case.stands
        return cls(
            name,
            of_any_model | {case.name: case.stands for case in report.cases},
            report.models,
            read_digests(report.passed_cases),
            report.ended_at,
            report.gateway_version,
        )

    def had(self, name: str) -> bool:
        """Whether a case of this name passed."""
        return self.passed.get(name, False) or digest(name) in self.digests


def outcomes_of(
    requests: Sequence[Request],
    samples: Sequence[Sample],
    predecessor: Predecessor | None,
    version: str | None,
    started_at: datetime,
) -> tuple[CaseOutcome, ...]:
    """What became of those cases that were sent, which are the first ones, to a gateway of this version.

    The run began at `started_at`. A should that fails on the same version that passed it is unsteady, and no
    regression: no release has removed it.
    """
    sent = zip(requests, samples, strict=False)
    return tuple(_outcome(request, sample, predecessor, version, started_at) for request, sample in sent)


def _outcome(
    request: Request, sample: Sample, before: Predecessor | None, version: str | None, started_at: datetime
) -> CaseOutcome:
    unproven = sample.unproven
    passed = sample.failure is None and sample.skipped is None and unproven is None
    lacks = not passed and before is not None and before.had(sample.name)
    same = before is not None and version is not None and before.version == version
    unsteady = same and request.level is Level.SHOULD and not sample.skipped
    return CaseOutcome(
        name=sample.name,
        model=sample.model,
        level=request.level,
        passed=passed,
        regressed=lacks and unproven is None and not unsteady,
        skipped=sample.skipped,
        unproven=unproven,
        carried=lacks and unproven is not None,
        rescued=sample.was_rescued,
        attempts=tuple(str(attempt.failure or attempt.skipped or "passed") for attempt in sample.attempts),
        latency_seconds=sample.latency_seconds,
        exemplar=_exemplar(sample, started_at),
    )


def _exemplar(sample: Sample, started_at: datetime) -> FailedRequest | None:
    failed = [attempt for attempt in sample.attempts if attempt.failure]
    return failed_request(Exemplar.of(sample.due, failed[-1]), started_at) if failed else None


def judge_cases(
    outcomes: Sequence[CaseOutcome],
    predecessor: Predecessor | None,
    gone: Collection[str],
    *,
    accept_losses: bool = False,
    failures: Mapping[str, Failure] = MappingProxyType({}),
) -> Finding:
    """Met when every must passed and nothing is lost that the predecessor had; the rest is reported.

    A must that proves nothing is neither failed nor lost, and never accepted: it leaves the finding undecided.
    With `accept_losses` a loss is reported as accepted; a must that was sent, and failed, is never accepted.
    `gone` are models of the predecessor that the gateway no longer lists: reported, since its owner may remove them.
    `failures` are those of the cases that failed, by their names.
    """
    tested = [outcome for outcome in outcomes if not outcome.skipped and not outcome.unproven]
    lost = [outcome for outcome in outcomes if outcome.regressed and not outcome.fails_a_run]
    minor = [outcome for outcome in tested if not outcome.passed and outcome not in lost and not outcome.fails_a_run]
    unsteady = [outcome for outcome in minor if predecessor and predecessor.had(outcome.name)]
    reported = [outcome for outcome in minor if outcome not in unsteady]
    skipped = [outcome for outcome in outcomes if outcome.skipped and not outcome.regressed]
    broken = [outcome for outcome in tested if outcome.fails_a_run]
    unproven = [outcome for outcome in outcomes if outcome.unproven]
    said = [_counted(tested)]
    if broken:
        said.append(f"failed: {_named(map(_failure, broken))}")
    if lost and predecessor:
        accepted = ", accepted" if accept_losses else ""
        said.append(f"lost since {predecessor.name}{accepted}: {_named(_losses(lost))}")
    if reported:
        said.append(f"reported: {_named(map(_failure, reported))}")
    if unsteady and predecessor:
        since = f"reported, for the same version passed it in {predecessor.name}"
        said.append(f"{since}: {_named(map(_failure, unsteady))}")
    if unproven:
        said.append(f"proves nothing: {_named(_unproven(unproven))}")
    if rescued := [outcome.name for outcome in outcomes if outcome.rescued]:
        said.append(f"rescued by a retry or fallback: {_named(rescued, ', ')}")
    if skipped:
        said.append(f"{len(skipped)} skipped: {_named(_reasons(skipped))}")
    if gone:
        said.append(f"no longer listed: {_named(gone, ', ')}")
    status = Status.MET if tested else Status.UNDECIDED
    if broken or (lost and not accept_losses):
        status = Status.VIOLATED
    elif any(outcome.level is Level.MUST for outcome in unproven):
        status = Status.UNDECIDED
    match status:
        case Status.VIOLATED:
            brief, remedy = brief_failed(outcomes, broken, [] if accept_losses else lost, failures)
        case Status.UNDECIDED if unproven:
            brief, remedy = brief_unproven(_counted(tested), unproven)
        case _:
            accepted = f", {count_cases(len(lost))} lost, accepted" if lost else ""
            brief, remedy = Brief(_counted(tested) + accepted), ""
    return Finding("every case", status, "; ".join(said), brief=brief, remedy=remedy)


def _counted(tested: Sequence[CaseOutcome]) -> str:
    """How many of what was asked passed; musts and shoulds apart where a suite has both."""
    levels = [level for level in Level if any(outcome.level is level for outcome in tested)]
    if levels in ([], [Level.MUST]):
        return f"{sum(outcome.passed for outcome in tested)} of {len(tested)} requests passed"
    of_levels = ([outcome.passed for outcome in tested if outcome.level is level] for level in levels)
    counts = (f"{sum(passed)} of {len(passed)} {level}s" for level, passed in zip(levels, of_levels, strict=True))
    return f"{', '.join(counts)} passed"


def _failure(outcome: CaseOutcome) -> str:
    return f"{outcome.name} ({outcome.attempts[-1]})"


def _unproven(outcomes: Sequence[CaseOutcome]) -> Iterator[str]:
    """Why nothing is learnt, with the remedy, and of which cases: musts before shoulds."""
    musts_first = sorted(outcomes, key=lambda outcome: outcome.level is not Level.MUST)
    for kind in dict.fromkeys(outcome.unproven for outcome in musts_first if outcome.unproven):
        names = [outcome.name for outcome in musts_first if outcome.unproven is kind]
        yield f"{_named(names, ', ')} ({kind}: {kind.remedy})"


def _losses(lost: Sequence[CaseOutcome]) -> Iterator[str]:
    """First the cases that were skipped, then those that failed."""
    yield from _reasons([outcome for outcome in lost if outcome.skipped])
    yield from (_failure(outcome) for outcome in lost if not outcome.skipped)


def _reasons(skipped: Sequence[CaseOutcome]) -> Iterator[str]:
    """Why cases were skipped, and how many for each reason."""
    counts = Counter(outcome.skipped for outcome in skipped)
    return (f"{why} ({count_cases(count)})" for why, count in counts.items())


def _named(texts: Iterable[str], separator: str = "; ") -> str:
    """The first texts, and how many more there are."""
    every = list(texts)
    rest = [f"and {len(every) - MOST_NAMED} more"] * (len(every) > MOST_NAMED)
    return separator.join([*every[:MOST_NAMED], *rest])
