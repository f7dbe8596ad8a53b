"""The outcomes of a suite's cases, compared with the last passed run of the gateway."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from litellm_observatory.core.judging.fingerprints import Exemplar
from litellm_observatory.core.report.case_outcome import CaseOutcome
from litellm_observatory.core.report.fitting import digest, read_digests
from litellm_observatory.core.report.metrics import FailedRequest
from litellm_observatory.core.report.report import Report
from litellm_observatory.core.report.statistics import failed_request
from litellm_observatory.core.wire.request import Level, Request
from litellm_observatory.core.wire.samples import Sample


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
            question = case.name.removeprefix(f"{case.model}: ")
            of_any_model[question] = of_any_model.get(question, False) or case.stands
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
    """The outcomes of the cases that were sent, which are the first ones, to a gateway of this version.
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
