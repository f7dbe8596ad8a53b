"""Three-hour soaks made up in no time: real tallies, judged by the real objectives."""

from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from litellm_observatory.core.judging.fingerprints import Fingerprint, Occurrences
from litellm_observatory.core.judging.origin import origin
from litellm_observatory.core.judging.rows import COLUMNS, KINDS, ORIGINS, PASSED
from litellm_observatory.core.judging.tally import Tally
from litellm_observatory.core.judging.verdict import Finding, Verdict
from litellm_observatory.core.load.soak_result import SoakResult
from litellm_observatory.core.load.traffic import Traffic
from litellm_observatory.core.objectives.against_last_passed import LastPassed
from litellm_observatory.core.reporting.build import judge_soak
from litellm_observatory.core.suite import Soak
from litellm_observatory.core.wire.failures import Failure, FailureKind
from suites.oai_azure_release import oai_azure_release

SOAK = oai_azure_release()
"""Three hours, one request a second, 1 %: the suite as it ships."""

Mask = NDArray[np.bool_]


@lru_cache
def traffic(models: int) -> Traffic:
    """The schedule of the suite for so many models."""
    return SOAK.traffic(tuple(f"model-{position}" for position in range(models)))


@lru_cache
def _blank(models: int) -> NDArray[np.void]:
    """The rows of a run in which nothing has happened yet."""
    plan = traffic(models)
    rows = np.zeros(plan.count, COLUMNS)
    rows["index"] = np.arange(plan.count)
    rows["model"] = [plan.model(index) for index in range(plan.count)]
    rows["due"] = rows["index"] * plan.interval_seconds
    rows["kind"] = rows["origin"] = PASSED
    rows["cost"] = np.nan
    return rows


@dataclass
class Run:
    """A run in the making: its rows, and the messages of its failures."""

    models: int
    rows: NDArray[np.void]
    random: np.random.Generator
    fingerprints: dict[Fingerprint, Occurrences] = field(default_factory=dict)
    lags: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    @property
    def due(self) -> NDArray[np.float64]:
        """When each request was due, in seconds."""
        due: NDArray[np.float64] = self.rows["due"]
        return due

    def between(self, start: float, end: float, model: int | None = None) -> Mask:
        """The requests due from `start` up to `end` (seconds), of one model or of all."""
        mask = (self.due >= start) & (self.due < end)
        return mask if model is None else mask & (self.rows["model"] == model)

    def some(self, share: float) -> Mask:
        """A random share of the requests."""
        return self.random.random(len(self.rows)) < share

    def fail(self, mask: Mask, kind: FailureKind, message: str = "") -> None:
        """Let these requests fail so; its origin follows from the message, as in a real run."""
        self.rows["kind"][mask] = KINDS.index(kind)
        self.rows["origin"][mask] = ORIGINS.index(origin(Failure(kind, message)))
        if message and mask.any():
            due = self.due[mask]
            name = traffic(self.models).models[int(self.rows["model"][mask][0])]
            seen = Occurrences(int(mask.sum()), float(due[0]), float(due[-1]))
            self.fingerprints[Fingerprint(name, kind, message)] = seen

    def tally(self) -> Tally:
        """What a soak would have made of it."""
        return Tally(traffic(self.models).models, self.rows, self.fingerprints, lags=np.sort(self.lags))


def healthy(random: np.random.Generator, models: int = 2, background: float = 0.0) -> Run:
    """A healthy run: latencies that resemble their neighbours', and a share of failures without any pattern.

    Of those one half are errors, one quarter timeouts, one quarter empty answers.
    """
    rows = _blank(models).copy()
    rows["lateness"] = random.exponential(0.001, len(rows))
    rows["service"] = 0.4 * _correlated(random, len(rows))
    rows["overhead_ms"] = 8.0 * _correlated(random, len(rows))
    rows["latency"] = rows["lateness"] + rows["service"]
    run = Run(models, rows, random)
    fails, sort = run.some(background), random.random(len(rows))
    for kind, low, high in (
        (FailureKind.SERVER_ERROR, 0, 0.5),
        (FailureKind.TIMEOUT, 0.5, 0.75),
        (FailureKind.EMPTY, 0.75, 1),
    ):
        run.fail(fails & (sort >= low) & (sort < high), kind)
    return run


def _correlated(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Factors around 1 with a long tail (lognormal, sigma 0.3) and a memory of some ten requests."""
    noise = random.standard_normal(count + 50)
    kernel = 0.9 ** np.arange(50)
    smooth = np.convolve(noise, kernel / np.sqrt(np.sum(kernel**2)), "valid")[:count]
    return np.exp(0.3 * smooth)


def judged(run: Run, last_good: LastPassed | None = None, soak: Soak = SOAK) -> tuple[Verdict, str, list[Finding]]:
    """The verdict and its sentence as a report has them, and the findings."""
    tally = run.tally()
    return judge_soak(soak, SoakResult(tally, len(run.rows)), (), last_good)


def first(run: Run, count: int) -> Run:
    """The run as it was after so many requests."""
    end = float(run.due[count - 1])
    seen = {key: of for key, of in run.fingerprints.items() if of.first <= end}
    return replace(run, rows=run.rows[:count], fingerprints=seen)
