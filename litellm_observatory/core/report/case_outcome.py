"""The outcome of one case, as reports have it."""

from litellm_observatory.core.report.metrics import FailedRequest, Value
from litellm_observatory.core.wire.failures import FailureKind
from litellm_observatory.core.wire.request import Level


class CaseOutcome(Value):
    """The outcome of one case: its attempts, and why the last one failed, or why it was skipped, if it was.

    `regressed`: it did not pass, though it did in the last passed run of the same suite and gateway. `unproven`: it
    was answered, but proves nothing about the gateway; `carried` is then whether it passed in that run.
    """

    name: str
    model: str
    level: Level = Level.MUST
    passed: bool
    regressed: bool = False
    rescued: bool
    attempts: tuple[str, ...]
    """One word or message per attempt: `passed`, or the failure."""
    latency_seconds: float
    skipped: str | None = None
    unproven: FailureKind | None = None
    carried: bool = False
    exemplar: FailedRequest | None = None
    """The last of its attempts that did not pass; the instant is that at which the case was due."""

    @property
    def fails_a_run(self) -> bool:
        """Whether it fails a run, whatever earlier runs had."""
        return self.level is Level.MUST and not (self.passed or self.skipped or self.unproven)

    @property
    def is_advisory_failure(self) -> bool:
        """Whether it failed and fails no run: a should that is no loss."""
        asked = not (self.passed or self.skipped or self.unproven)
        return asked and self.level is Level.SHOULD and not self.regressed

    @property
    def stands(self) -> bool:
        """Whether it passed when it last proved something: the next run is compared with that."""
        return self.passed or self.carried

    @property
    def rank(self) -> int:
        """Its place where not all are shown: 0 is a must that failed, then a loss, a should, a skip, a pass.

        A case that proves nothing ranks like a loss where it keeps a run from a pass, else like a skip.
        """
        if self.passed:
            return 4
        if self.unproven:
            return 1 if self.level is Level.MUST else 3
        if self.level is Level.MUST and not self.skipped:
            return 0
        return 1 if self.regressed else 3 if self.skipped else 2
